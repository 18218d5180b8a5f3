// SPDX-License-Identifier: MIT
/**
 * The command line over the wasm module, for Node: the same commands, outputs, messages and exit
 * statuses as the native executable, so that the two can be compared byte for byte.
 */

import { readFileSync, writeFileSync } from "node:fs";
import type { CoreModule, Outcome } from "../engine/core-module.js";
import { StepLabError } from "../engine/errors.js";
import { instantiate } from "../engine/module.js";
import { compileWasm } from "../engine/wasm.js";
import { UsageError, parseCommand, usage, type RunCommand } from "./command.js";

/** Exit statuses: done; a run failed, and the trace says where; bad input. */
const DONE = 0;
const RUN_FAILED = 1;
const BAD_INPUT = 2;

async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  switch (command.kind) {
    case "help":
      write("-", usage);
      return DONE;
    case "optimizers":
      write("-", `${unwrap((await core()).registry())}\n`);
      return DONE;
    case "run":
      return run(await core(), command);
  }
}

/** The build puts this program beside the module's folder. */
async function core(): Promise<CoreModule> {
  return instantiate(await compileWasm(new URL("../wasm/steplab.wasm", import.meta.url).href));
}

function run(core: CoreModule, { file, steps, trace, every, state }: RunCommand): number {
  const text = read(file);
  const document = steps === null ? text : withSteps(text, steps);
  const recorder = unwrap(core.createTrace(document, every, state));
  const { failed } = unwrap(core.advanceTrace(recorder, Number.MAX_SAFE_INTEGER));
  const csv = trace?.endsWith(".csv") ?? false;
  const output = unwrap(csv ? core.traceCsv(recorder) : core.traceJson(recorder));
  write(trace ?? "-", output);
  return failed ? RUN_FAILED : DONE;
}

/** The document with another number of steps; one that is no object is left for the core to refuse. */
function withSteps(text: string, steps: number): string {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document !== "object" || document === null || Array.isArray(document)) return text;
    return JSON.stringify({ ...document, steps });
  } catch {
    return text;
  }
}

function read(file: string): string {
  return readFileSync(file === "-" ? 0 : file, "utf8");
}

function write(file: string, text: string): void {
  writeFileSync(file === "-" ? 1 : file, text);
}

function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new StepLabError(outcome.error);
}

function complaint(thrown: unknown): string {
  if (thrown instanceof UsageError) return thrown.message;
  const { path, message } = StepLabError.from(thrown);
  return `steplab: ${path === "" ? "" : `${path}: `}${message}\n`;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (thrown) {
  process.stderr.write(complaint(thrown));
  process.exitCode = BAD_INPUT;
}
