// SPDX-License-Identifier: MIT
// What readers have to download, as a server that compresses sends it.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";

const embed = join(__dirname, "../../web/dist/embed");

function gzipped(file: string): number {
  return gzipSync(readFileSync(join(embed, file)), { level: 9 }).length;
}

/** A file and everything that it imports at once; what it imports on demand is not counted. */
function withImports(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(join(embed, file), "utf8");
  for (const [, path] of text.matchAll(/(?:from|import)\s*"(\.[^"]+)"/g)) {
    withImports(join(file, "..", path!), found);
  }
  return found;
}

/** Built files are named after their sources and then by their content. */
const built = (name: string) => name.replace(/-[\w-]{8}(?=\.)/, "");

test("the engine that a page begins with, wasm and glue, is at most 150 KB", () => {
  const parts = ["steplab.wasm", "worker.js"];
  const files = readdirSync(join(embed, "assets")).filter((name) => parts.includes(built(name)));
  expect(files.map(built).sort()).toEqual(parts);
  const total = files.reduce((sum, name) => sum + gzipped(join("assets", name)), 0);
  console.log(`engine: ${(total / 1024).toFixed(1)} KB gzip`);
  expect(total).toBeLessThanOrEqual(150 * 1024);
});

test("an element that is not activated is at most 15 KB", () => {
  const files = [...withImports("step-lab.js")];
  const total = files.reduce((sum, name) => sum + gzipped(name), 0);
  console.log(`element: ${(total / 1024).toFixed(1)} KB gzip in ${files.join(", ")}`);
  expect(total).toBeLessThanOrEqual(15 * 1024);
});
