// SPDX-License-Identifier: MIT
import { expect, test } from "vitest";
import { readFileSync } from "node:fs";

test("the lock file records no registry addresses", () => {
  const lock = readFileSync(new URL("../../web/package-lock.json", import.meta.url), "utf8");
  expect(lock).toContain('"lockfileVersion"');
  expect(lock).not.toContain('"resolved"');
});
