// SPDX-License-Identifier: MIT
/** The functions of `wasm/bindings.cpp`. Handles are integers; arrays in results are copies that JavaScript owns. */

import type { DatasetFrame, ErrorDetails, Evaluation, Frame, History } from "./types.js";

/** What every function returns; nothing is thrown across the boundary unless the module is broken. */
export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorDetails };

export interface TraceProgress {
  readonly iteration: number;
  readonly more: boolean;
  /** Whether a run ended in "diverged" or "error". */
  readonly failed: boolean;
}

export interface ExaminationProgress {
  /** The share that is done, from 0 to 1. */
  readonly share: number;
  readonly more: boolean;
}

export interface CoreModule {
  createSession(experiment: string): Outcome<number>;
  destroySession(session: number): void;
  advance(session: number, iterations: number): Outcome<Frame>;
  advanceInstruction(session: number): Outcome<Frame>;
  rewind(session: number, step: number): Outcome<Frame>;
  seek(session: number, step: number, instruction: number): Outcome<Frame>;
  frame(session: number): Outcome<Frame>;
  edit(session: number, edit: string): Outcome<Frame>;
  /** The session's document with its edits, as JSON. */
  experiment(session: number): Outcome<string>;
  history(session: number, from: number): Outcome<History>;
  evaluate(session: number, run: number): Outcome<Evaluation | null>;
  decisionMap(
    session: number,
    run: number,
    xMin: number,
    xMax: number,
    yMin: number,
    yMax: number,
    columns: number,
    rows: number,
  ): Outcome<Float32Array>;
  dataset(session: number): Outcome<DatasetFrame | null>;
  inspect(session: number, run: number, parameter: string, element: number): Outcome<Frame>;

  evaluateSurface(
    formula: string,
    xMin: number,
    xMax: number,
    yMin: number,
    yMax: number,
    columns: number,
    rows: number,
  ): Outcome<Float32Array>;
  checkFormula(formula: string): Outcome<null>;
  checkExperiment(experiment: string): Outcome<null>;

  /** Only in the full module. */
  exportPytorch?(experiment: string): Outcome<string>;

  /** The doctor at work; only in the full module. */
  createExamination?(experiment: string): Outcome<number>;
  advanceExamination?(examination: number, work: number): Outcome<ExaminationProgress>;
  /** Once it is finished. */
  diagnosisJson?(examination: number): Outcome<string>;
  destroyExamination?(examination: number): void;

  /** Traces; only in the full module. */
  createTrace?(experiment: string, every: number, state: boolean): Outcome<number>;
  advanceTrace?(trace: number, iterations: number): Outcome<TraceProgress>;
  traceJson?(trace: number): Outcome<string>;
  traceCsv?(trace: number): Outcome<string>;
  destroyTrace?(trace: number): void;
  liveTraces?(): number;

  /** The bytes of digits.bin, before the first experiment on them. */
  provideDigits(bytes: Uint8Array): Outcome<null>;
  liveObjects(): { readonly sessions: number };
  /** Emscripten's view of the wasm memory; replaced when the memory grows. */
  readonly HEAPU8: Uint8Array;
}

/** Emscripten's glue: makes an instance of the module. */
export type CoreFactory = (options: {
  instantiateWasm(
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance) => void,
  ): object;
  locateFile(name: string): string;
}) => Promise<CoreModule>;
