// SPDX-License-Identifier: MIT
/** Grades a challenge by running it: for every criterion whether it is met, and the numbers. */

import { formatNumber } from "../components/numbers.js";
import type { Engine, Frame, ParameterFrame, RunDiagnosis } from "../engine/types.js";
import type { Experiment } from "../experiment/experiment.generated.js";
import { verdictWords } from "../views/verdict-words.js";
import type { Challenge, Criterion } from "./challenge.js";
import { changesOf } from "./changes.js";
import { lossOf } from "./measure.js";

/** The engine as far as a grader needs it. */
export type Grader = Pick<Engine, "createSession" | "diagnose" | "evaluateSurface" | "registry">;

export interface Finding {
  readonly criterion: Criterion;
  readonly met: boolean;
  /** What was found, with its numbers. */
  readonly words: string;
}

export interface Grade {
  readonly solved: boolean;
  /** In the order of the goal; empty when something was changed that may not be. */
  readonly findings: readonly Finding[];
  readonly refused: readonly string[];
  readonly changes: number;
  readonly standing: "under par" | "at par" | "over par";
}

export interface GradeOptions {
  readonly signal?: AbortSignal;
  /** From 0 to 1, while the doctor is at work. */
  readonly onProgress?: (share: number) => void;
}

export async function grade(
  challenge: Challenge,
  experiment: Experiment,
  engine: Grader,
  options: GradeOptions = {},
): Promise<Grade> {
  const { entry, count, refused } = changesOf(challenge, experiment, await engine.registry());
  const standing =
    count < challenge.par ? "under par" : count > challenge.par ? "over par" : "at par";
  if (entry === null || refused.length > 0) {
    return { solved: false, findings: [], refused, changes: count, standing };
  }
  const measured = await measure(challenge, entry, engine);
  options.signal?.throwIfAborted();
  const asksDoctor = challenge.goal.some(({ kind }) => kind === "same" || kind === "clean");
  const diagnosis = asksDoctor ? (await engine.diagnose(entry, options)).runs[0]! : null;
  const findings = challenge.goal.map((criterion): Finding => ({
    criterion,
    ...judge(criterion, measured, diagnosis),
  }));
  const solved = findings.every(({ met }) => met);
  return { solved, findings, refused, changes: count, standing };
}

/** What running the entry gave. */
interface Measured {
  readonly end: Frame;
  readonly loss: number;
  readonly accuracy: number | null;
  /** The parameters at the steps that some criterion asks about. */
  readonly at: ReadonlyMap<number, readonly ParameterFrame[]>;
  /** The parameters at the end of the run that this one should be like. */
  readonly like: readonly ParameterFrame[] | null;
}

async function measure({ goal }: Challenge, entry: Experiment, engine: Grader): Promise<Measured> {
  const session = await engine.createSession(entry);
  try {
    const at = new Map<number, readonly ParameterFrame[]>();
    const steps = goal.flatMap((each) => (each.kind === "moved" ? [each.from, each.to ?? []] : []));
    let frame = await session.frame();
    for (const step of steps.flat().sort((a, b) => a - b)) {
      frame = await session.advance(step - frame.iteration);
      at.set(step, frame.runs[0]!.parameters);
    }
    const end = await session.advance(frame.steps);
    const evaluation = isWhole(end) ? await session.evaluate(0) : null;
    return {
      end,
      loss: evaluation?.trainLoss ?? (await lossOf(entry, end, engine)),
      accuracy: evaluation?.testAccuracy ?? null,
      at,
      like: await endOfModel(goal, entry, engine),
    };
  } finally {
    session.dispose();
  }
}

async function endOfModel(
  goal: readonly Criterion[],
  entry: Experiment,
  engine: Grader,
): Promise<readonly ParameterFrame[] | null> {
  const like = goal.find((criterion) => criterion.kind === "like");
  if (like?.kind !== "like") return null;
  const model = { ...entry, runs: [{ ...entry.runs[0]!, loop: [...like.loop] }] } as Experiment;
  const session = await engine.createSession(model);
  try {
    return (await session.advance(entry.steps ?? 500)).runs[0]!.parameters;
  } finally {
    session.dispose();
  }
}

function isWhole({ runs }: Frame): boolean {
  return runs[0]!.status === "completed";
}

type Judgement = Omit<Finding, "criterion">;

function judge(
  criterion: Criterion,
  measured: Measured,
  diagnosis: RunDiagnosis | null,
): Judgement {
  const run = measured.end.runs[0]!;
  if (run.error !== null) return fails(`step ${run.error.step} raises: ${run.error.message}`);
  switch (criterion.kind) {
    case "same": {
      const { verdict } = diagnosis!;
      if (verdict.kind === "equivalent") {
        return { met: true, words: `the same bits after each of ${verdict.iterations} iterations` };
      }
      return fails(verdictWords(verdict).title.replace(/^≠ D/, "d"));
    }
    case "clean": {
      const errors = diagnosis!.findings.filter(({ severity }) => severity === "error");
      if (errors.length === 0) return { met: true, words: "it finds no error" };
      return fails(`it finds ${errors.length === 1 ? "an error" : `${errors.length} errors`}`);
    }
    case "loss":
      return { met: measured.loss < criterion.below, words: `it is ${inWords(measured.loss)}` };
    case "accuracy": {
      const { accuracy } = measured;
      if (accuracy === null) return fails("there is none: the run did not get to its end");
      return { met: accuracy >= criterion.least, words: `it is ${percent(accuracy)}` };
    }
    case "moved":
      return moved(criterion, measured);
    case "like": {
      const distance = distanceBetween(run.parameters, measured.like ?? []);
      return distance === 0
        ? { met: true, words: "every parameter ends with the same bits" }
        : fails(`the parameters end up to ${inWords(distance)} away from there`);
    }
  }
}

function moved(
  { parameter, moved: wanted, from, to }: Extract<Criterion, { kind: "moved" }>,
  { at, end }: Measured,
): Judgement {
  const find = (parameters: readonly ParameterFrame[] | undefined) =>
    parameters?.find(({ name }) => name === parameter)?.value;
  const before = find(at.get(from));
  const after = find(to === undefined ? end.runs[0]!.parameters : at.get(to));
  if (before === undefined || after === undefined) return fails(`there is no ${parameter}`);
  const distance = largestGap(before, after);
  return {
    met: distance > 0 === wanted,
    words: distance > 0 ? `it moves by up to ${inWords(distance)}` : "it does not move",
  };
}

function distanceBetween(one: readonly ParameterFrame[], other: readonly ParameterFrame[]): number {
  if (one.length !== other.length) return Infinity;
  return Math.max(...one.map(({ value }, k) => largestGap(value, other[k]!.value)));
}

/** 0 for the same bits alone. */
function largestGap(one: Float32Array, other: Float32Array): number {
  if (one.length !== other.length) return Infinity;
  const gaps = one.map((value, k) =>
    Object.is(value, other[k]) ? 0 : Math.abs(value - other[k]!),
  );
  return gaps.some(Number.isNaN) ? Infinity : Math.max(0, ...gaps);
}

function fails(words: string): Judgement {
  return { met: false, words };
}

function inWords(value: number): string {
  return formatNumber(value, 3);
}

export function percent(share: number): string {
  return `${formatNumber(100 * share, 3)} %`;
}
