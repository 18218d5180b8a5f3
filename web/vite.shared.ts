// SPDX-License-Identifier: MIT
/** What the builds have in common: the site, the ES module for other pages, and the command line for Node. */

import { fileURLToPath } from "node:url";
import type { UserConfig } from "vite";
import { formulas } from "./vite.formulas.js";

/** A path relative to web/. */
export const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export const shared = {
  root: here("."),
  // Relative addresses: the pages may lie in any folder of any server.
  base: "./",
  // Read by JSON.parse, which is faster than as a program.
  json: { stringify: true },
  plugins: [formulas(here("src/generated/registry.json"))],
  resolve: {
    // Tests live outside this folder, where Node would not look into its node_modules.
    dedupe: ["vitest", "fast-check", "lit", "uplot"],
    alias: [
      { find: /^#steplab$/, replacement: here("../build/wasm/wasm/steplab.js") },
      { find: /^#steplab\.wasm/, replacement: here("../build/wasm/wasm/steplab.wasm") },
      {
        find: /^#steplab-full$/,
        replacement: here("../build/wasm/wasm/steplab-full.js"),
      },
      {
        find: /^#steplab-full\.wasm/,
        replacement: here("../build/wasm/wasm/steplab-full.wasm"),
      },
      { find: /^#registry\.json/, replacement: here("src/generated/registry.json") },
      { find: /^#digits\.bin/, replacement: here("../core/data/digits.bin") },
    ],
  },
  build: {
    target: "es2022",
    // Inlined assets would be data: addresses, which a strict policy refuses.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
  worker: { format: "es" },
} satisfies UserConfig;
