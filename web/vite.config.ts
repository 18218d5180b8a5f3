// SPDX-License-Identifier: MIT
/** The site: index.html, the lesson page and the frame, with everything they load; and the unit tests. */

import { mergeConfig } from "vite";
import { defineConfig } from "vitest/config";
import { preloads } from "./vite.preloads.js";
import { here, shared } from "./vite.shared.js";

export default mergeConfig(
  shared,
  defineConfig({
    plugins: [preloads(here("index.html"), here("src/generated/registry.json"))],
    server: { fs: { allow: [here("..")] } },
    build: {
      rollupOptions: {
        input: {
          index: here("index.html"),
          embed: here("embed.html"),
          "embed-frame": here("embed-frame.html"),
        },
      },
    },
    test: {
      dir: here("../tests/web"),
      include: ["**/*.test.ts"],
      environment: "node",
      // Laws are tried many times, on whatever machine there is.
      testTimeout: 60_000,
    },
  }),
);
