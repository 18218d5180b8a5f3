// SPDX-License-Identifier: MIT
/** How well a model does on whole data sets, at a few dozen steps of its training. */

import type { Evaluation, Frame, Session } from "../engine/types.js";

/** A run's figures on the whole train and test set after a number of steps; index = run. */
export interface EvaluationRow {
  readonly step: number;
  readonly runs: readonly (Evaluation | null)[];
}

/** Points of the train and test curves. */
const evaluationCount = 60;

/** A model is evaluated every so many iterations. */
export function evaluationStride(steps: number): number {
  return Math.max(1, Math.ceil(steps / evaluationCount));
}

/** At most `count` iterations from a frame, stopping where the model is to be evaluated. */
export function upToEvaluation(session: Session | null, frame: Frame, count: number): number {
  if (session?.experiment.problem.kind !== "task") return count;
  const every = evaluationStride(frame.steps);
  return Math.min(count, every - (frame.iteration % every));
}

/** The rows with the one that is due at a frame; null when none is. */
export async function evaluated(
  session: Session,
  frame: Frame,
  rows: readonly EvaluationRow[],
): Promise<readonly EvaluationRow[] | null> {
  if (session.experiment.problem.kind !== "task") return null;
  const due = frame.iteration % evaluationStride(frame.steps) === 0 || frame.finished;
  const known = rows.some((row) => row.step === frame.iteration);
  if (!due || known || frame.instruction !== 0) return null;
  const runs = await Promise.all(frame.runs.map((_, run) => session.evaluate(run)));
  return [...rows, { step: frame.iteration, runs }].sort((a, b) => a.step - b.step);
}
