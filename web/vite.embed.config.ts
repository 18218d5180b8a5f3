// SPDX-License-Identifier: MIT
/** The ES module for other pages: dist/embed/step-lab.js defines the element, engine.js is the engine alone. */

import { defineConfig, mergeConfig } from "vite";
import { here, shared } from "./vite.shared.js";

export default mergeConfig(
  shared,
  defineConfig({
    build: {
      outDir: here("dist/embed"),
      rollupOptions: {
        input: {
          "step-lab": here("src/elements/step-lab.ts"),
          engine: here("src/engine/engine.ts"),
        },
        preserveEntrySignatures: "strict",
        // Other pages name these two; what they load is named by its content.
        output: { entryFileNames: "[name].js" },
      },
    },
  }),
);
