// SPDX-License-Identifier: MIT
/** The site: index.html with everything it loads, under relative addresses, and the unit tests. */

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  base: "./",
  resolve: {
    // Tests live outside this folder, where Node would not look into its node_modules.
    dedupe: ["vitest", "fast-check", "lit", "uplot"],
    alias: [
      { find: /^#steplab$/, replacement: here("../build/wasm/wasm/steplab.js") },
      { find: /^#steplab\.wasm/, replacement: here("../build/wasm/wasm/steplab.wasm") },
    ],
  },
  server: { fs: { allow: [here("..")] } },
  build: {
    target: "es2022",
    // Inlined assets would be data: addresses, which a strict policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { index: here("index.html") } },
  },
  worker: { format: "es" },
  test: {
    dir: here("../tests/web"),
    include: ["**/*.test.ts"],
    environment: "node",
  },
});
