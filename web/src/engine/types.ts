// SPDX-License-Identifier: MIT
/** The public types of the engine: what a session gives and takes. Used by the page, the embed and Node. */

import type { Experiment } from "../experiment/experiment.generated.js";
import type { DiagnoseOptions, Diagnosis } from "./diagnosis.js";

export type { Experiment };
export type * from "./diagnosis.js";

export type ErrorCode =
  | "invalid_json"
  | "invalid_experiment"
  | "invalid_formula"
  | "invalid_hyper_parameter"
  | "invalid_argument"
  | "autograd"
  | "loop"
  | "disposed"
  | "cancelled" // by the signal that the caller gave
  | "engine"; // the module could not be loaded or the worker died

/** What went wrong, as the core tells it. `path` is a JSON Pointer, `position` an offset or -1. */
export interface ErrorDetails {
  readonly code: ErrorCode;
  readonly path: string;
  readonly message: string;
  readonly position: number;
}

export type RunStatus = "running" | "completed" | "diverged" | "error";

/** A hyper-parameter's value: None, a flag, a number, a tuple or a name. */
export type HyperValue = null | boolean | number | readonly (number | null)[] | string;

export interface RunError extends ErrorDetails {
  readonly step: number;
  readonly instruction: number;
}

/** One parameter at this moment; arrays are copies owned by the caller. */
export interface ParameterFrame {
  readonly name: string;
  readonly shape: readonly number[];
  readonly value: Float32Array;
  /** null is PyTorch's None, which is not zeros. */
  readonly grad: Float32Array | null;
  /** What the last step() added; null before any. */
  readonly update: Float32Array | null;
  readonly requiresGrad: boolean;
  /** The param_group that owns it; null when no optimizer does. */
  readonly group: number | null;
  /** Optimizer state under PyTorch's names, in state_dict order. */
  readonly state: readonly { readonly name: string; readonly value: Float32Array | number }[];
}

export interface RunFrame {
  readonly label: string;
  readonly status: RunStatus;
  readonly error: RunError | null;
  /** Iterations completed; less than the session's once the run has ended. */
  readonly step: number;
  /** What loss.item() would print; null before any forward. */
  readonly loss: number | null;
  /** Per param_group. */
  readonly lr: readonly number[];
  readonly parameters: readonly ParameterFrame[];
  /** What the last step() did to the element that is watched; null when it did nothing to it. */
  readonly inspection: Inspection | null;
}

/** How an optimizer updated one element. Float32 additions of the terms to `before` give `after`, bit for bit. */
export interface Inspection {
  readonly parameter: string;
  /** Counted in row-major order. */
  readonly element: number;
  readonly before: number;
  readonly after: number;
  readonly symbols: readonly InspectedValue[];
  readonly terms: readonly InspectedValue[];
}

export interface InspectedValue {
  /** Index into the optimizer's `symbols` in the registry. */
  readonly symbol: number;
  readonly value: number;
}

/** A session at this moment. */
export interface Frame {
  /** Iterations completed. */
  readonly iteration: number;
  /** The loop line that would run next; 0 at the start of an iteration. */
  readonly instruction: number;
  /** The largest iteration reached: how far the scrubber and the history go. */
  readonly furthest: number;
  readonly steps: number;
  readonly finished: boolean;
  readonly runs: readonly RunFrame[];
}

/** One run's columns; element 0 is step `from`. NaN where there is nothing to tell. */
export interface RunHistory {
  readonly label: string;
  readonly loss: Float32Array;
  readonly lr: Float64Array;
  readonly gradNorm: Float32Array;
  readonly updateNorm: Float32Array;
  /** A scalar's value, a tensor's norm. */
  readonly parameters: readonly ParameterHistory[];
  /** The same of the averaged weights; left out where a run keeps none. */
  readonly average?: {
    readonly loss: Float32Array;
    readonly parameters: readonly ParameterHistory[];
  };
}

export interface ParameterHistory {
  readonly name: string;
  readonly values: Float32Array;
}

export interface History {
  readonly from: number;
  /** One past the last step. */
  readonly to: number;
  readonly runs: readonly RunHistory[];
}

/** How well parameters do on the whole train and test sets. */
export interface Scores {
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
}

export interface Evaluation extends Scores {
  /** Of the averaged weights; left out where a run keeps none. */
  readonly average?: Scores;
}

/** xMin, xMax, yMin, yMax. */
export type View = readonly [number, number, number, number];

export interface Grid {
  readonly view: View;
  readonly columns: number;
  readonly rows: number;
}

/** A task's data, for pictures. */
export interface DatasetFrame {
  readonly features: number;
  readonly classes: number;
  readonly trainX: Float32Array;
  readonly trainLabels: Uint32Array;
  readonly testX: Float32Array;
  readonly testLabels: Uint32Array;
}

export interface HyperParameterInfo {
  readonly name: string;
  /** LaTeX, as it stands in the formula; a tuple's are parted by commas. May be empty. */
  readonly symbol: string;
  readonly default: HyperValue;
  readonly min: number;
  readonly max: number;
  readonly scale: "linear" | "logarithmic";
  /** The names that it may be, beside None. */
  readonly choices: readonly string[];
  /** There is no default (it is null): PyTorch's constructor asks for it. */
  readonly required: boolean;
  /** A counter that no one sets. */
  readonly internal: boolean;
  readonly doc: string;
}

/** What optimizers and wrappers have in common. */
export interface RuleInfo {
  readonly name: string;
  readonly summary: string;
  /** Whose recorded numbers the tests compare with. */
  readonly checked_against: string;
  /** How closely they agree: "bit for bit". */
  readonly agreement: string;
  readonly needs_closure: boolean;
  /** Which of the two modules has it. */
  readonly engine: EditionName;
  readonly paper: string;
  /** LaTeX. */
  readonly formula: string;
  readonly hyper_parameters: readonly HyperParameterInfo[];
  readonly state: readonly StateInfo[];
  /** Intermediate values of the formula and terms of the update, which inspections count in. */
  readonly symbols: readonly { readonly latex: string; readonly doc: string }[];
}

export interface OptimizerInfo extends RuleInfo {
  /** It refuses parameters of other than two dimensions. */
  readonly matrices_only: boolean;
  /** What step() makes of row-sparse gradients; where they are required, dense ones are refused. */
  readonly sparse_gradients: "refused" | "accepted" | "required";
  /** The heading that it stands under in lists. */
  readonly family: string;
  /** Empty beyond torch.optim. */
  readonly pytorch_class: string;
}

/** What can be put around any optimizer; inspections count its symbols after the optimizer's. */
export interface WrapperInfo extends RuleInfo {}

export interface StateInfo {
  readonly name: string;
  /** LaTeX, as it stands in the formula; may be empty. */
  readonly symbol: string;
  readonly doc: string;
}

/** The small module is what a page loads; the full one has every optimizer, and the export. */
export type EditionName = "small" | "full";

/** How a scheduler comes to a learning rate; a composite is made of others. */
export type SchedulerKind = "chainable" | "closed_form" | "metric" | "composite";

export interface SchedulerInfo {
  readonly name: string;
  /** Chainable where it is not said. */
  readonly kind?: SchedulerKind;
  readonly summary: string;
  readonly pytorch_class: string;
  readonly formula: string;
  readonly hyper_parameters: readonly HyperParameterInfo[];
}

/** A way to average weights, which has no effect on them. */
export interface AverageInfo {
  readonly name: string;
  readonly summary: string;
  readonly pytorch_class: string;
  readonly engine: EditionName;
  readonly formula: string;
  readonly hyper_parameters: readonly HyperParameterInfo[];
}

export interface SurfaceInfo {
  readonly name: string;
  readonly title: string;
  readonly formula: string;
  readonly lesson: string;
  readonly source: string;
  readonly view: View;
  readonly start: readonly [number, number];
  readonly minimisers: readonly (readonly [number, number])[];
  readonly minimum: number | null;
}

/** What `steplab optimizers` prints: the registry as JSON. */
export interface Registry {
  readonly version: string;
  readonly optimizers: readonly OptimizerInfo[];
  readonly wrappers: readonly WrapperInfo[];
  readonly averages: readonly AverageInfo[];
  readonly schedulers: readonly SchedulerInfo[];
  readonly surfaces: readonly SurfaceInfo[];
}

export type TraceFormat = "json" | "csv";

export interface TraceOptions {
  readonly every?: number;
  readonly state?: boolean;
  /** Called between slices with the iteration reached. */
  readonly onProgress?: (iteration: number) => void;
  readonly signal?: AbortSignal;
}

/** The JSON trace of the command line; floats are numbers, non-finite ones "nan", "inf", "-inf". */
export interface Trace {
  readonly version: 1;
  readonly runs: readonly TraceRun[];
}

export type TraceNumber = number | "nan" | "inf" | "-inf";

export interface TraceRun {
  readonly label: string;
  readonly status: "completed" | "diverged" | "error";
  readonly error: (RunError & { readonly step: number }) | null;
  readonly step: readonly number[];
  readonly loss: readonly (TraceNumber | null)[];
  readonly lr: readonly (readonly TraceNumber[])[];
  readonly parameters: Readonly<Record<string, readonly (readonly TraceNumber[])[]>>;
  readonly state?: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>;
}

/** Several runs of one experiment. Every method rejects with a StepLabError. */
export interface Session {
  readonly experiment: Experiment;
  /** Completes the iteration at hand, if any, and then up to `iterations` in all. */
  advance(iterations: number): Promise<Frame>;
  /** Runs one line of the loop. */
  advanceInstruction(): Promise<Frame>;
  /** Goes to the start of an iteration that was reached before. */
  rewind(step: number): Promise<Frame>;
  /** Goes to a line within an iteration that was reached before. */
  seek(step: number, instruction: number): Promise<Frame>;
  frame(): Promise<Frame>;
  /** Columns from a step on; all of them by default. */
  history(from?: number): Promise<History>;
  evaluate(run: number): Promise<Evaluation | null>;
  /** Class scores, row-major [rows·columns, classes], lowest y first. */
  decisionMap(run: number, grid: Grid): Promise<Float32Array>;
  dataset(): Promise<DatasetFrame | null>;
  /** The whole experiment from its start, as the command line writes it. */
  trace(options?: TraceOptions): Promise<Trace>;
  /** The same as text: what `steplab run --trace` writes, byte for byte. */
  traceText(format: TraceFormat, options?: TraceOptions): Promise<string>;
  /** Adds an edit at the present iteration and forgets the history beyond it. */
  edit(edit: EditRequest): Promise<Frame>;
  /** Watches one element of a run's parameter: frames tell what its last update was made of. */
  inspect(run: number, parameter: string, element: number): Promise<Frame>;
  /** Frees the session at once; idempotent. */
  dispose(): void;
}

/** What may be changed while a session runs; the experiment's `edits` without `at`. */
export type EditRequest =
  | { readonly run?: number; readonly freeze: string }
  | { readonly run?: number; readonly unfreeze: string }
  | {
      readonly run?: number;
      readonly set: Readonly<Record<string, HyperValue>>;
      readonly group?: number;
    };

export interface Engine {
  createSession(experiment: Experiment): Promise<Session>;
  registry(): Promise<Registry>;
  /** Values of a formula on a grid, row-major, lowest y first. */
  evaluateSurface(formula: string, grid: Grid): Promise<Float32Array>;
  /** null when the formula parses. */
  checkFormula(formula: string): Promise<ErrorDetails | null>;
  /** null when the document is an experiment that can be run. */
  checkExperiment(experiment: unknown): Promise<ErrorDetails | null>;
  /** A script that does the same under PyTorch and prints the same losses. */
  exportPytorch(experiment: Experiment): Promise<string>;
  /** Every run against its canonical loop, and what is found wrong with it; what `steplab doctor` prints. */
  diagnose(experiment: Experiment, options?: DiagnoseOptions): Promise<Diagnosis>;
  /** What lives in the wasm that this engine may share with others: for tests of ownership. */
  liveObjects(): Promise<LiveObjects>;
  /** Frees every session that this engine created; idempotent. */
  dispose(): void;
}

export interface LiveObjects {
  readonly sessions: number;
  readonly traces: number;
  /** Size of the wasm memory in bytes. */
  readonly memory: number;
}

export interface EngineOptions {
  /** Where the wasm lies; default: beside the module. */
  readonly wasmUrl?: string | URL;
  /** Where the full one lies, which only what the small one lacks loads; default: beside the module. */
  readonly fullWasmUrl?: string | URL;
  /** Where digits.bin lies, which only experiments on the digits load; default: beside the module. */
  readonly digitsUrl?: string | URL;
  /** false runs on this thread (Node, or pages that forbid workers); default true where workers exist. */
  readonly worker?: boolean;
}
