// SPDX-License-Identifier: MIT
/**
 * The command line over the wasm module, for Node: the same commands, outputs, messages and exit
 * statuses as the native executable, so that the two can be compared byte for byte.
 */

import registryText from "#registry.json?raw";
import createStepLab from "#steplab-full";
import type { CoreModule, Outcome } from "../engine/core-module.js";
import { instantiate } from "../engine/module.js";
import { readBytes } from "../engine/files.js";
import type { Registry } from "../engine/types.js";
import { compileWasm } from "../engine/wasm.js";
import {
  parseCommand,
  usage,
  type DoctorCommand,
  type ExportCommand,
  type RunCommand,
} from "./command.js";
import { Refusal } from "./refusal.js";
import { summaryOf } from "./summary.js";
import { inputName, readText, writeText } from "./text-stream.js";

/** Exit statuses: done; a run failed, and the trace says where; bad input. */
const DONE = 0;
const RUN_FAILED = 1;
const BAD_INPUT = 2;
/** Iterations; no one watches the progress here. */
const DOCTORS_SLICE = 1000;

async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  switch (command.kind) {
    case "help":
      writeText("-", usage);
      return DONE;
    case "version":
      writeText("-", `steplab ${version()}\n`);
      return DONE;
    case "optimizers":
      writeText("-", registryText);
      return DONE;
    case "run":
      return run(await core(), command);
    case "export":
      return exportTo(await core(), command);
    case "doctor":
      return diagnose(await core(), command);
  }
}

/** The wasm carries no texts for people: the registry is the one that was printed while building. */
function version(): string {
  return (JSON.parse(registryText) as Registry).version;
}

/** The build puts this program beside the module's folder, in the checkout that holds the digits. */
async function core(): Promise<CoreModule> {
  const module = await compileWasm(new URL("../wasm/steplab-full.wasm", import.meta.url).href);
  const core = await instantiate(createStepLab, module);
  core.provideDigits(
    await readBytes(new URL("../../../core/data/digits.bin", import.meta.url).href),
  );
  return core;
}

/** The experiment, once it is known to be one. */
function readExperiment(core: CoreModule, file: string, steps: number | null): string {
  const document = readText(file);
  accepted(inputName(file), core.checkExperiment(document));
  return steps === null ? document : JSON.stringify({ ...JSON.parse(document), steps });
}

function exportTo(core: CoreModule, { file, to, out, steps }: ExportCommand): number {
  const input = inputName(file);
  const document = readExperiment(core, file, steps);
  if (to === "csv") {
    return recordTrace(core, input, document, { out, every: 1, state: false, csv: true });
  }
  if (!core.exportPytorch) throw new Error("The full module exports.");
  writeText(out, accepted(input, core.exportPytorch(document)));
  return DONE;
}

function diagnose(core: CoreModule, { file }: DoctorCommand): number {
  const { createExamination, advanceExamination, diagnosisJson } = core;
  if (!createExamination || !advanceExamination || !diagnosisJson) {
    throw new Error("The full module diagnoses.");
  }
  const input = inputName(file);
  const examination = accepted(input, createExamination(readText(file)));
  while (accepted(input, advanceExamination(examination, DOCTORS_SLICE)).more);
  writeText("-", `${accepted(input, diagnosisJson(examination))}\n`);
  return DONE;
}

function run(core: CoreModule, command: RunCommand): number {
  const input = inputName(command.file);
  const document = readExperiment(core, command.file, command.steps);
  return command.trace === null
    ? summarize(core, input, document)
    : recordTrace(core, input, document, { ...command, out: command.trace });
}

interface TraceRequest {
  readonly out: string;
  readonly every: number;
  readonly state: boolean;
  /** By default the name says it. */
  readonly csv?: boolean;
}

function recordTrace(
  core: CoreModule,
  input: string,
  document: string,
  { out, every, state, csv = out.endsWith(".csv") }: TraceRequest,
): number {
  const { createTrace, advanceTrace, traceJson, traceCsv } = core;
  if (!createTrace || !advanceTrace || !traceJson || !traceCsv) {
    throw new Error("The full module records traces.");
  }
  const trace = accepted(input, createTrace(document, every, state));
  const { failed } = accepted(input, advanceTrace(trace, Number.MAX_SAFE_INTEGER));
  const text = csv ? accepted(input, traceCsv(trace)) : `${accepted(input, traceJson(trace))}\n`;
  writeText(out, text);
  return failed ? RUN_FAILED : DONE;
}

function summarize(core: CoreModule, input: string, document: string): number {
  const session = accepted(input, core.createSession(document));
  const { runs } = accepted(input, core.advance(session, Number.MAX_SAFE_INTEGER));
  const lines = runs.map((run, index) =>
    summaryOf(run, accepted(input, core.evaluate(session, index))),
  );
  writeText("-", lines.join(""));
  const failed = runs.some(({ status }) => status === "diverged" || status === "error");
  return failed ? RUN_FAILED : DONE;
}

function accepted<T>(input: string, outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw Refusal.of(input, outcome.error);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (thrown) {
  if (!(thrown instanceof Refusal)) throw thrown;
  process.stderr.write(thrown.message);
  process.exitCode = BAD_INPUT;
}
