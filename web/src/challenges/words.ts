// SPDX-License-Identifier: MIT
/** Goals, permissions and grades in sentences. */

import { formatNumber } from "../components/numbers.js";
import type { Challenge, Criterion } from "./challenge.js";
import { percent, type Grade } from "./grade.js";

export function goalWords(criterion: Criterion, { experiment }: Challenge): string {
  const steps = experiment.steps ?? 500;
  switch (criterion.kind) {
    case "same":
      return "The doctor finds it the same as the canonical loop";
    case "clean":
      return "The doctor finds no error";
    case "loss":
      return experiment.problem.kind === "task"
        ? `Loss over the training data below ${formatNumber(criterion.below)} after ${steps} steps`
        : `Loss below ${formatNumber(criterion.below)} after ${steps} steps`;
    case "accuracy":
      return `Test accuracy of at least ${percent(criterion.least)} after ${steps} steps`;
    case "moved": {
      const { parameter, moved, from, to } = criterion;
      const when = to === undefined ? `from step ${from} on` : `from step ${from} to step ${to}`;
      return `${parameter} ${moved ? "moves" : "stays where it is"} ${when}`;
    }
    case "like":
      return `It ends where ${criterion.words} ends, to the last bit`;
  }
}

/** What may be changed, and what has to stay. */
export function mayChangeWords({ mayChange, keep = [] }: Challenge): string {
  const parts = mayChange.map((part) =>
    part === "loop" ? "the lines of the loop" : `the ${part}`,
  );
  const kept = keep.map(({ words }) => words.charAt(0).toLowerCase() + words.slice(1));
  return `${listOf(parts)}${kept.length === 0 ? "" : `; ${listOf(kept)} stays`}`;
}

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** What a screen reader is told after a check, and the heading of the result. */
export function gradeWords(grade: Grade, { par }: Challenge): string {
  if (grade.solved) {
    return `Mended with ${counted(grade.changes)}: ${grade.standing === "at par" ? "that is par" : `${grade.standing}, which is ${par}`}.`;
  }
  if (grade.refused.length > 0) return `Not like this. ${grade.refused.join(" ")}`;
  const open = grade.findings.filter(({ met }) => !met).length;
  return `Not yet: ${open} of ${grade.findings.length} ${grade.findings.length === 1 ? "goal is" : "goals are"} open.`;
}

function counted(changes: number): string {
  return changes === 1 ? "one change" : `${changes} changes`;
}
