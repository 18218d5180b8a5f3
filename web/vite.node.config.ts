// SPDX-License-Identifier: MIT
/** The command line over the wasm module, for Node: what `scripts/steplab --engine wasm` runs. */

import { defineConfig, mergeConfig } from "vite";
import { here, shared } from "./vite.shared.js";

export default mergeConfig(
  shared,
  defineConfig({
    build: {
      ssr: here("src/cli/steplab.ts"),
      outDir: here("../build/wasm/node"),
      emptyOutDir: true,
      target: "node18",
      // Node 18 takes a module for one by its name alone.
      rollupOptions: { output: { entryFileNames: "[name].mjs" } },
    },
  }),
);
