// SPDX-License-Identifier: MIT
// One experiment, one result: the native command line, Node and Chromium write the same trace.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type * as EngineModule from "../../web/src/engine/engine.js";
import { expect, openBlank, test } from "./fixtures.js";

const repository = join(__dirname, "../..");
const folder = join(repository, "tests/data/experiments");
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

async function traceOf(engine: "native" | "wasm", file: string): Promise<string> {
  const options = ["--engine", engine, "run", file, "--trace", "-", "--state"];
  const run = promisify(execFile)(join(repository, "scripts/steplab"), options, {
    maxBuffer: 1 << 30,
  });
  // Status 1 says that a run ended in an error; it has to be the same one everywhere.
  const { stdout } = await run.catch((failure: { code: number; stdout: string }) => {
    if (failure.code === 1) return failure;
    throw failure;
  });
  return stdout;
}

test("there are at least twenty experiments to compare", () => {
  expect(names.length).toBeGreaterThanOrEqual(20);
});

for (const name of names) {
  test(`${name} gives the same bits natively, in Node and in Chromium`, async ({ page }) => {
    const file = join(folder, name);
    const native = await traceOf("native", file);
    const node = await traceOf("wasm", file);

    await openBlank(page);
    const chromium = await page.evaluate(
      async (text) => {
        const address = "/embed/engine.js";
        const { createEngine } = (await import(address)) as typeof EngineModule;
        const engine = await createEngine();
        const session = await engine.createSession(JSON.parse(text));
        return session.traceText("json", { state: true });
      },
      readFileSync(file, "utf8"),
    );

    const { runs } = JSON.parse(native) as EngineModule.Trace;
    expect(runs.some(({ step }) => step.length > 1)).toBe(true);
    expect(sha256(node)).toBe(sha256(native));
    expect(sha256(chromium.trimEnd())).toBe(sha256(native.trimEnd()));
  });
}

async function exportOf(engine: "native" | "wasm", file: string): Promise<string> {
  const options = ["--engine", engine, "export", file, "--to", "pytorch"];
  const run = promisify(execFile)(join(repository, "scripts/steplab"), options);
  // What cannot be exported is refused in the same words.
  const { stdout, stderr } = await run.catch(
    (failure: { stdout: string; stderr: string }) => failure,
  );
  return stdout + stderr;
}

test("exports to PyTorch are the same text natively and in Node", async () => {
  for (const name of names) {
    const file = join(folder, name);
    const native = await exportOf("native", file);
    expect(native).not.toBe("");
    expect(await exportOf("wasm", file), name).toBe(native);
  }
});
