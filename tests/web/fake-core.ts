// SPDX-License-Identifier: MIT
/** A stand-in for the wasm module that counts iterations: enough to test who owns what, and in which order. */

import type { CoreModule, Outcome } from "../../web/src/engine/core-module.js";
import type { ErrorCode, Frame } from "../../web/src/engine/types.js";

interface FakeSession {
  iteration: number;
  readonly steps: number;
  readonly experiment: { edits?: unknown[] };
}

export interface FakeCore extends CoreModule {
  /** Names of the calls that changed something, in their order. */
  readonly log: string[];
  /** Makes every later call throw, as an aborted module does. */
  abort(): void;
  /** The digits that were provided. */
  digits(): Uint8Array | null;
}

/** `cost` is the milliseconds that one iteration takes; only a `full` one exports. */
export function fakeCore({ cost = 0, full = false } = {}): FakeCore {
  const sessions = new Map<number, FakeSession>();
  const traces = new Map<number, FakeSession>();
  const log: string[] = [];
  let last = 0;
  let aborted = false;
  let digits: Uint8Array | null = null;

  const success = <T>(value: T): Outcome<T> => ({ ok: true, value });
  const failure = (code: ErrorCode, message: string, path = ""): Outcome<never> => ({
    ok: false,
    error: { code, path, message, position: -1 },
  });
  const gone = () => failure("disposed", "this session was disposed of");

  function open(json: string): FakeSession | null {
    const experiment = JSON.parse(json) as {
      steps?: number;
      edits?: unknown[];
    };
    return experiment.steps === 0
      ? null
      : { iteration: 0, steps: experiment.steps ?? 500, experiment };
  }
  function run(session: FakeSession, iterations: number): void {
    const count = Math.min(iterations, session.steps - session.iteration);
    const end = performance.now() + count * cost;
    while (performance.now() < end);
    session.iteration += count;
  }
  function frameOf({ iteration, steps }: FakeSession): Frame {
    const value = Float32Array.of(iteration);
    const parameter = {
      name: "x",
      shape: [],
      value,
      grad: null,
      update: null,
      requiresGrad: true,
      group: 0,
      state: [{ name: "exp_avg", value: Float32Array.of(iteration / 2) }],
    };
    const status = iteration === steps ? "completed" : "running";
    const loss = 1 / (1 + iteration);
    return {
      iteration,
      instruction: 0,
      furthest: iteration,
      steps,
      finished: iteration === steps,
      runs: [
        {
          label: "run",
          step: iteration,
          status,
          error: null,
          loss,
          lr: [0.1],
          parameters: [parameter],
          inspection: null,
        },
      ],
    };
  }
  function moved(handle: number, move: (session: FakeSession) => void): Outcome<Frame> {
    if (aborted) throw new WebAssembly.RuntimeError("Aborted(OOM)");
    const session = sessions.get(handle);
    if (!session) return gone();
    move(session);
    return success(frameOf(session));
  }
  /** A name that neither knows; the list of what there is instead is longer in the full one. */
  function refusal(json: string): Outcome<never> | null {
    const { runs } = JSON.parse(json) as { runs?: { optimizer?: { name?: string } }[] };
    const instead = full ? "SGD and Lion" : "SGD";
    return runs?.[0]?.optimizer?.name === "Foo"
      ? failure("invalid_experiment", `they are ${instead}`, "/runs/0/optimizer/name")
      : null;
  }
  function add(to: Map<number, FakeSession>, json: string): Outcome<number> {
    const session = open(json);
    if (!session) return failure("invalid_experiment", "steps is 0", "/steps");
    const refused = refusal(json);
    if (refused) return refused;
    to.set(++last, session);
    return success(last);
  }

  return {
    log,
    abort: () => (aborted = true),
    HEAPU8: new Uint8Array(64),
    createSession: (json) => add(sessions, json),
    destroySession: (handle) => {
      log.push(`destroySession ${handle}`);
      sessions.delete(handle);
    },
    advance: (handle, iterations) => {
      log.push(`advance ${iterations}`);
      return moved(handle, (session) => run(session, iterations));
    },
    advanceInstruction: (handle) => moved(handle, (session) => run(session, 1)),
    rewind: (handle, step) => {
      log.push(`rewind ${step}`);
      return moved(handle, (session) => (session.iteration = step));
    },
    seek: (handle, step) => moved(handle, (session) => (session.iteration = step)),
    frame: (handle) => moved(handle, () => null),
    edit: (handle, edit) =>
      moved(handle, ({ experiment, iteration }) => {
        const added = { at: iteration, ...(JSON.parse(edit) as object) };
        experiment.edits = [...(experiment.edits ?? []), added];
      }),
    experiment: (handle) => {
      const session = sessions.get(handle);
      return session ? success(JSON.stringify(session.experiment)) : gone();
    },
    history: () => success({ from: 0, to: 0, runs: [] }),
    evaluate: () => success(null),
    decisionMap: (_handle, _run, xMin, xMax, yMin, yMax, columns, rows) =>
      success(Float32Array.of(xMin, xMax, yMin, yMax, columns, rows)),
    dataset: () => success(null),
    inspect: (handle, run, parameter, element) => {
      log.push(`inspect ${run} ${parameter} ${element}`);
      return moved(handle, () => null);
    },
    ...(full
      ? {
          exportPytorch: () => success("import torch\n"),
          createExamination: (json) => add(traces, json),
          advanceExamination: (handle, work) => {
            const patient = traces.get(handle);
            if (!patient) return gone();
            run(patient, work);
            const { iteration, steps } = patient;
            return success({
              share: iteration / steps,
              more: iteration < steps,
            });
          },
          diagnosisJson: () => success(`{"version":1,"runs":[]}`),
          destroyExamination: (handle) => void traces.delete(handle),
          createTrace: (json) => add(traces, json),
          advanceTrace: (handle, iterations) => {
            const trace = traces.get(handle);
            if (!trace) return gone();
            run(trace, iterations);
            const { iteration, steps } = trace;
            return success({
              iteration,
              more: iteration < steps,
              failed: false,
            });
          },
          traceJson: (handle) =>
            success(`{"version":1,"runs":[],"to":${traces.get(handle)?.iteration ?? -1}}`),
          traceCsv: () => success("run,step\n"),
          destroyTrace: (handle) => void traces.delete(handle),
          liveTraces: () => traces.size,
        }
      : {}),
    evaluateSurface: (_formula, ...numbers) => success(Float32Array.from(numbers)),
    checkFormula: (formula) =>
      formula === "x" ? success(null) : failure("invalid_formula", "expected a value"),
    checkExperiment: (json) =>
      open(json)
        ? (refusal(json) ?? success(null))
        : failure("invalid_experiment", "steps is 0", "/steps"),
    provideDigits: (bytes) => {
      digits = bytes;
      return success(null);
    },
    digits: () => digits,
    liveObjects: () => ({ sessions: sessions.size }),
  };
}
