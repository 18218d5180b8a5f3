// SPDX-License-Identifier: MIT
/** Your loop against the one beside it, judged by the numbers that both have produced so far. */

import { formatNumber } from "../components/numbers.js";
import { firstParting, type Parting } from "../state/comparison.js";
import type { ViewContext } from "./context.js";
import { errorClass, type VerdictWords } from "./verdict-words.js";

/** What can be said before the doctor has looked; null when that is nothing. */
export function liveVerdict({
  experiment,
  frame,
  history,
  state,
}: ViewContext): VerdictWords | null {
  const error = frame.runs[state.run]?.error ?? null;
  if (error !== null) {
    return {
      tone: "error",
      title: `This loop raises an error in iteration ${error.step + 1}`,
      text: `${errorClass(error.message)}: ${error.message}`,
      step: error.step,
    };
  }
  const other = experiment.runs.findIndex(({ label }) => label === "canonical");
  if (other < 0 || other === state.run || history.length < 2) return null;
  const parting = firstParting(history, state.run, other);
  return parting === null ? same(history.length - 1) : different(parting);
}

function same(steps: number): VerdictWords {
  const when = steps === 1 ? "the first iteration" : `all ${steps} iterations so far`;
  return {
    tone: "good",
    title: "= The same as the canonical loop",
    text: `Every parameter equals the canonical loop’s, bit for bit, in ${when}.`,
    step: null,
  };
}

function different({ step, parameter, values }: Parting): VerdictWords {
  return {
    tone: "warn",
    title: `≠ Different from iteration ${step} on`,
    text: `There ${parameter} is ${formatNumber(values[0])} instead of ${formatNumber(values[1])}.`,
    step,
  };
}
