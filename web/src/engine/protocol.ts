// SPDX-License-Identifier: MIT
/** What the page and the worker say to each other: numbered calls, their progress, and one answer each. */

import type {
  DatasetFrame,
  ErrorDetails,
  Evaluation,
  Frame,
  Grid,
  History,
  LiveObjects,
  TraceFormat,
} from "./types.js";

/** Everything that can be asked of the thread that holds the module. Documents travel as JSON text. */
export interface Calls {
  createSession(experiment: string): number;
  destroySession(session: number): null;
  advance(session: number, iterations: number): Frame;
  advanceInstruction(session: number): Frame;
  rewind(session: number, step: number): Frame;
  seek(session: number, step: number, instruction: number): Frame;
  frame(session: number): Frame;
  edit(session: number, edit: string): { readonly frame: Frame; readonly experiment: string };
  history(session: number, from: number): History;
  evaluate(session: number, run: number): Evaluation | null;
  decisionMap(session: number, run: number, grid: Grid): Float32Array;
  dataset(session: number): DatasetFrame | null;
  inspect(session: number, run: number, parameter: string, element: number): Frame;
  evaluateSurface(formula: string, grid: Grid): Float32Array;
  checkFormula(formula: string): ErrorDetails | null;
  checkExperiment(experiment: string): ErrorDetails | null;
  exportPytorch(experiment: string): string;
  /** The diagnosis as JSON; its progress is the share that is done. */
  diagnose(experiment: string): string;
  traceText(experiment: string, format: TraceFormat, every: number, state: boolean): string;
  provideDigits(bytes: Uint8Array): null;
  liveObjects(): LiveObjects;
}

export type CallName = keyof Calls;
export type CallArguments<K extends CallName> = Parameters<Calls[K]>;
export type CallResult<K extends CallName> = ReturnType<Calls[K]>;

/** How a long call reports and is stopped. */
export interface CallControl {
  readonly onProgress?: ((iteration: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A thread that holds the module: this one, or a worker. */
export interface EngineHost {
  /** Rejects with a StepLabError. Calls on one session are done in the order they were made. */
  call<K extends CallName>(
    name: K,
    args: CallArguments<K>,
    control?: CallControl,
  ): Promise<CallResult<K>>;
  /** Called once, when the module is lost and every further call would fail. */
  onLost: ((error: ErrorDetails) => void) | null;
  /** Frees everything; calls that are under way reject with "disposed". */
  close(): void;
}

export type CallMessage = {
  [K in CallName]: {
    readonly kind: "call";
    readonly id: number;
    readonly name: K;
    readonly args: CallArguments<K>;
  };
}[CallName];

export type ToWorker =
  | { readonly kind: "start"; readonly wasmUrl: string }
  | CallMessage
  | { readonly kind: "cancel"; readonly id: number };

export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "lost"; readonly error: ErrorDetails }
  | { readonly kind: "progress"; readonly id: number; readonly iteration: number }
  | { readonly kind: "result"; readonly id: number; readonly value: CallResult<CallName> }
  | { readonly kind: "error"; readonly id: number; readonly error: ErrorDetails };

/** One end of the line: a Worker, a worker's own scope, or a MessagePort. */
export interface Port<Out, In> {
  postMessage(message: Out, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<In>) => void) | null;
}

/** The buffers of every array within a result, to be handed over instead of copied. */
export function transferables(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (part: unknown): void => {
    if (ArrayBuffer.isView(part)) {
      if (part.buffer instanceof ArrayBuffer) found.add(part.buffer);
    } else if (typeof part === "object" && part !== null) {
      Object.values(part).forEach(visit);
    }
  };
  visit(value);
  return [...found];
}
