// SPDX-License-Identifier: MIT
/** A session as its owner holds it: the only holder of the handle. */

import { documentText, requireGrid, requireText, requireWhole } from "./arguments.js";
import { StepLabError } from "./errors.js";
import type { CallArguments, CallControl, CallName, CallResult, EngineHost } from "./protocol.js";
import type {
  DatasetFrame,
  EditRequest,
  Evaluation,
  Experiment,
  Frame,
  Grid,
  History,
  Session,
  Trace,
  TraceFormat,
  TraceOptions,
} from "./types.js";

export class HostedSession implements Session {
  readonly #host: EngineHost;
  readonly #handle: number;
  readonly #fullHostFor: (document: string) => Promise<EngineHost>;
  readonly #onDispose: (session: HostedSession) => void;
  #experiment: Experiment;
  #disposed = false;

  /** `fullHostFor` gives the module that records traces. */
  constructor(
    host: EngineHost,
    handle: number,
    experiment: Experiment,
    fullHostFor: (document: string) => Promise<EngineHost>,
    onDispose: (session: HostedSession) => void,
  ) {
    this.#host = host;
    this.#handle = handle;
    this.#experiment = experiment;
    this.#fullHostFor = fullHostFor;
    this.#onDispose = onDispose;
  }

  get experiment(): Experiment {
    return this.#experiment;
  }

  async advance(iterations: number): Promise<Frame> {
    requireWhole("iterations", iterations);
    return this.#call("advance", [this.#handle, iterations]);
  }

  async advanceInstruction(): Promise<Frame> {
    return this.#call("advanceInstruction", [this.#handle]);
  }

  async rewind(step: number): Promise<Frame> {
    requireWhole("step", step);
    return this.#call("rewind", [this.#handle, step]);
  }

  async seek(step: number, instruction: number): Promise<Frame> {
    requireWhole("step", step);
    requireWhole("instruction", instruction);
    return this.#call("seek", [this.#handle, step, instruction]);
  }

  async frame(): Promise<Frame> {
    return this.#call("frame", [this.#handle]);
  }

  async history(from = 0): Promise<History> {
    requireWhole("from", from);
    return this.#call("history", [this.#handle, from]);
  }

  async evaluate(run: number): Promise<Evaluation | null> {
    requireWhole("run", run);
    return this.#call("evaluate", [this.#handle, run]);
  }

  async decisionMap(run: number, grid: Grid): Promise<Float32Array> {
    requireWhole("run", run);
    requireGrid(grid);
    return this.#call("decisionMap", [this.#handle, run, grid]);
  }

  async dataset(): Promise<DatasetFrame | null> {
    return this.#call("dataset", [this.#handle]);
  }

  async trace(options?: TraceOptions): Promise<Trace> {
    // The text is the core's own, so its shape is known.
    return JSON.parse(await this.traceText("json", options)) as Trace;
  }

  async traceText(format: TraceFormat, options: TraceOptions = {}): Promise<string> {
    const { every = 1, state = false, onProgress, signal } = options;
    requireText("format", format);
    requireWhole("every", every, 1);
    this.#requireAlive();
    const document = documentText(this.#experiment);
    const recorder = await this.#fullHostFor(document);
    const args = [document, format, every, state] as const;
    const text = await recorder.call("traceText", [...args], { onProgress, signal });
    this.#requireAlive();
    return text;
  }

  async edit(edit: EditRequest): Promise<Frame> {
    const { frame, experiment } = await this.#call("edit", [this.#handle, documentText(edit)]);
    this.#experiment = JSON.parse(experiment) as Experiment;
    return frame;
  }

  async inspect(run: number, parameter: string, element: number): Promise<Frame> {
    requireWhole("run", run);
    requireText("parameter", parameter);
    requireWhole("element", element);
    return this.#call("inspect", [this.#handle, run, parameter, element]);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#onDispose(this);
    // A host that is gone has freed the session already.
    this.#host.call("destroySession", [this.#handle]).catch(() => null);
  }

  async #call<K extends CallName>(
    name: K,
    args: CallArguments<K>,
    control?: CallControl,
  ): Promise<CallResult<K>> {
    this.#requireAlive();
    const result = await this.#host.call(name, args, control);
    this.#requireAlive();
    return result;
  }

  #requireAlive(): void {
    if (this.#disposed) throw StepLabError.of("disposed", "This session was disposed of.");
  }
}
