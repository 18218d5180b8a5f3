// SPDX-License-Identifier: MIT
/** The engine on the thread that calls it: what the worker runs, and Node, and pages that forbid workers. */

import type { CoreModule, Outcome } from "./core-module.js";
import { StepLabError } from "./errors.js";
import type {
  CallArguments,
  CallControl,
  CallName,
  CallResult,
  Calls,
  EngineHost,
} from "./protocol.js";
import { inSlices } from "./slices.js";
import type { ErrorDetails, Frame, Grid } from "./types.js";

/** Called between slices; throws when the call is to end. */
type Checkpoint = (iteration: number) => void;

type Handlers = {
  readonly [K in CallName]: (
    core: CoreModule,
    args: CallArguments<K>,
    checkpoint: Checkpoint,
  ) => CallResult<K> | Promise<CallResult<K>>;
};

const handlers: Handlers = {
  createSession: (core, args) => unwrap(core.createSession(...args)),
  destroySession: (core, args) => {
    core.destroySession(...args);
    return null;
  },
  advance: (core, [session, iterations], checkpoint) =>
    advance(core, session, iterations, checkpoint),
  advanceInstruction: (core, args) => unwrap(core.advanceInstruction(...args)),
  rewind: (core, args) => unwrap(core.rewind(...args)),
  seek: (core, args) => unwrap(core.seek(...args)),
  frame: (core, args) => unwrap(core.frame(...args)),
  edit: (core, [session, edit]) => ({
    frame: unwrap(core.edit(session, edit)),
    experiment: unwrap(core.experiment(session)),
  }),
  history: (core, args) => unwrap(core.history(...args)),
  evaluate: (core, args) => unwrap(core.evaluate(...args)),
  decisionMap: (core, [session, run, grid]) =>
    unwrap(core.decisionMap(session, run, ...numbers(grid))),
  dataset: (core, args) => unwrap(core.dataset(...args)),
  inspect: (core, args) => unwrap(core.inspect(...args)),
  evaluateSurface: (core, [formula, grid]) =>
    unwrap(core.evaluateSurface(formula, ...numbers(grid))),
  checkFormula: (core, args) => failure(core.checkFormula(...args)),
  checkExperiment: (core, args) => failure(core.checkExperiment(...args)),
  exportPytorch: (core, args) => {
    if (!core.exportPytorch) throw StepLabError.of("engine", "This engine cannot export.");
    return unwrap(core.exportPytorch(...args));
  },
  diagnose,
  traceText,
  provideDigits: (core, args) => unwrap(core.provideDigits(...args)),
  liveObjects: (core) => ({
    ...core.liveObjects(),
    traces: core.liveTraces?.() ?? 0,
    memory: core.HEAPU8.byteLength,
  }),
};

/** Calls that must wait for the earlier calls on their session, which may be under way in slices. */
const ordered: ReadonlySet<CallName> = new Set<CallName>([
  "advance",
  "advanceInstruction",
  "rewind",
  "seek",
  "frame",
  "edit",
  "history",
  "evaluate",
  "decisionMap",
  "dataset",
  "inspect",
]);

export class DirectHost implements EngineHost {
  onLost: ((error: ErrorDetails) => void) | null = null;
  readonly #core: CoreModule;
  /** The last call on each session that has one under way. */
  readonly #last = new Map<number, Promise<unknown>>();
  #closed = false;
  #lost: StepLabError | null = null;

  constructor(core: CoreModule) {
    this.#core = core;
  }

  async call<K extends CallName>(
    name: K,
    args: CallArguments<K>,
    control?: CallControl,
  ): Promise<CallResult<K>> {
    const session = args[0];
    if (!ordered.has(name) || typeof session !== "number") return this.#run(name, args, control);
    const earlier = this.#last.get(session) ?? Promise.resolve();
    const mine = earlier.then(() => this.#run(name, args, control));
    const settled = mine.catch(() => null);
    this.#last.set(session, settled);
    try {
      return await mine;
    } finally {
      if (this.#last.get(session) === settled) this.#last.delete(session);
    }
  }

  close(): void {
    this.#closed = true;
  }

  async #run<K extends CallName>(
    name: K,
    args: CallArguments<K>,
    control: CallControl | undefined,
  ): Promise<CallResult<K>> {
    const checkpoint = (iteration?: number): void => {
      if (this.#closed) throw StepLabError.of("disposed", "The engine was disposed of.");
      if (this.#lost) throw this.#lost;
      if (control?.signal?.aborted) throw StepLabError.of("cancelled", "The call was cancelled.");
      if (iteration !== undefined) control?.onProgress?.(iteration);
    };
    checkpoint();
    try {
      return await handlers[name](this.#core, args, checkpoint);
    } catch (thrown) {
      throw this.#judge(thrown);
    }
  }

  /** What C++ refuses is an outcome; what is *thrown* out of the module means that it aborted, and it never recovers. */
  #judge(thrown: unknown): StepLabError {
    if (thrown instanceof StepLabError) return thrown;
    const error = StepLabError.from(thrown);
    // Embind's own refusal of an argument happens before any C++ runs.
    if (thrown instanceof Error && thrown.name === "BindingError") return error;
    this.#lost = StepLabError.of("engine", `The engine stopped: ${error.message}`);
    this.onLost?.(this.#lost.details());
    return this.#lost;
  }
}

function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new StepLabError(outcome.error);
}

function failure(outcome: Outcome<null>): ErrorDetails | null {
  return outcome.ok ? null : outcome.error;
}

function numbers({ view, columns, rows }: Grid): [number, number, number, number, number, number] {
  return [...view, columns, rows];
}

async function advance(
  core: CoreModule,
  session: number,
  iterations: number,
  checkpoint: Checkpoint,
): Promise<Frame> {
  if (iterations === 0) return unwrap(core.advance(session, 0));
  let frame: Frame | null = null;
  await inSlices(
    iterations,
    (count) => {
      frame = unwrap(core.advance(session, count));
      return { iteration: frame.iteration, more: !frame.finished };
    },
    checkpoint,
  );
  return frame ?? unwrap(core.frame(session));
}

async function diagnose(
  core: CoreModule,
  [experiment]: Parameters<Calls["diagnose"]>,
  checkpoint: Checkpoint,
): Promise<string> {
  const { createExamination, advanceExamination, diagnosisJson, destroyExamination } = core;
  if (!createExamination || !advanceExamination || !diagnosisJson || !destroyExamination) {
    throw StepLabError.of("engine", "This engine has no doctor.");
  }
  const examination = unwrap(createExamination(experiment));
  try {
    await inSlices(
      Infinity,
      (work) => {
        const { share, more } = unwrap(advanceExamination(examination, work));
        return { iteration: share, more };
      },
      checkpoint,
    );
    return unwrap(diagnosisJson(examination));
  } finally {
    destroyExamination(examination);
  }
}

async function traceText(
  { createTrace, advanceTrace, traceJson, traceCsv, destroyTrace }: CoreModule,
  [experiment, format, every, state]: Parameters<Calls["traceText"]>,
  checkpoint: Checkpoint,
): Promise<string> {
  if (!createTrace || !advanceTrace || !traceJson || !traceCsv || !destroyTrace) {
    throw StepLabError.of("engine", "This engine records no traces.");
  }
  const trace = unwrap(createTrace(experiment, every, state));
  try {
    await inSlices(Infinity, (count) => unwrap(advanceTrace(trace, count)), checkpoint);
    return unwrap(format === "json" ? traceJson(trace) : traceCsv(trace));
  } finally {
    destroyTrace(trace);
  }
}
