// SPDX-License-Identifier: MIT
/** The doctor's verdict and its numbers in sentences. */

import { formatNumber } from "../components/numbers.js";
import type { DiagnosisNumber, Finding, Remedy, Verdict } from "../engine/types.js";

export interface VerdictWords {
  readonly tone: "good" | "warn" | "error";
  readonly title: string;
  readonly text: string;
  /** The step at which it can be seen. */
  readonly step: number | null;
}

export function verdictWords(verdict: Verdict): VerdictWords {
  switch (verdict.kind) {
    case "equivalent":
      return {
        tone: "good",
        title: "= The same as the canonical loop",
        text: `Every parameter has the same bits after each of ${verdict.iterations} iterations.`,
        step: null,
      };
    case "different": {
      const { iteration, parameter, element, value, canonical, difference } = verdict;
      const place = parameter.includes(".") ? `${parameter}, element ${element},` : parameter;
      return {
        tone: "warn",
        title: `≠ Different from iteration ${iteration + 1} on`,
        text: `There ${place} is ${number(value)} instead of ${number(canonical)}: off by ${number(difference)}.`,
        step: iteration + 1,
      };
    }
    case "error":
      return {
        tone: "error",
        title: `This loop raises an error in iteration ${verdict.iteration + 1}`,
        text: `${errorClass(verdict.message)}: ${verdict.message}`,
        step: verdict.iteration,
      };
  }
}

/** The class that Python names before the message. */
export function errorClass(message: string): string {
  if (/^name '.*' is not defined/.test(message)) return "NameError";
  return "RuntimeError";
}

export function outcomeWords({ outcome }: Remedy): string {
  if (outcome.kind === "equivalent") return "Tried: then it is the same, bit for bit.";
  const { measure, before, after } = outcome;
  return `Tried: ${measure} goes from ${number(before)} to ${number(after)}.`;
}

export const severityWords: Readonly<
  Record<Finding["severity"], { readonly sign: string; readonly word: string }>
> = {
  error: { sign: "✕", word: "Error" },
  warning: { sign: "!", word: "Warning" },
  note: { sign: "i", word: "Note" },
};

export function number(value: DiagnosisNumber): string {
  return formatNumber(typeof value === "number" ? value : numbers[value], 5);
}

const numbers = { nan: NaN, inf: Infinity, "-inf": -Infinity } as const;
