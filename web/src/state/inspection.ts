// SPDX-License-Identifier: MIT
/** One element's update in numbers: what stands under the symbols of the formula, and the sum that it is. */

import type {
  Frame,
  HyperValue,
  Inspection,
  OptimizerInfo,
  ParameterFrame,
  RunFrame,
} from "../engine/types.js";
import type { Run } from "../experiment/experiment.generated.js";
import { formatNumber } from "../components/numbers.js";
import { symbolsOf } from "../components/symbols.js";
import { ledgerTexts } from "./ledger.js";

/** What the page knows of the element that is looked at. */
export interface Subject {
  readonly info: OptimizerInfo;
  readonly run: Run;
  readonly frame: RunFrame;
  readonly parameter: ParameterFrame;
  readonly element: number;
  /** The learning rate that the last step used; null where it is not known. */
  readonly lr: number | null;
}

/** The inspection of this very element; null when the last step did nothing to it. */
export function inspectionOf({ frame, parameter, element }: Subject): Inspection | null {
  const { inspection } = frame;
  if (inspection === null || inspection.parameter !== parameter.name) return null;
  return inspection.element === element ? inspection : null;
}

/** By LaTeX: the hyper-parameters, the state, and what the step computed on its way. */
export function symbolValues(subject: Subject): ReadonlyMap<string, string> {
  const values = new Map<string, number>();
  for (const { name, symbol, default: fallback, internal } of subject.info.hyper_parameters) {
    if (internal) continue;
    const value = name === "lr" && subject.lr !== null ? subject.lr : hyperOf(subject, name);
    const numbers = numbersOf(value ?? fallback);
    symbolsOf(symbol).forEach((latex, index) => {
      if (numbers[index] !== undefined) values.set(latex, numbers[index]);
    });
  }
  for (const { name, symbol } of subject.info.state) {
    const value = stateOf(subject, name);
    if (symbol !== "" && value !== undefined) values.set(symbol, value);
  }
  const inspection = inspectionOf(subject);
  if (inspection !== null) {
    values.set("\\theta_{t-1}", inspection.before);
    values.set("\\theta_t", inspection.after);
    for (const { symbol, value } of inspection.symbols) {
      const latex = subject.info.symbols[symbol]?.latex;
      if (latex !== undefined) values.set(latex, value);
    }
  }
  return new Map([...values].map(([latex, value]) => [latex, formatNumber(value, 4)]));
}

export interface LedgerRow {
  /** LaTeX of a term; null for the values before and after. */
  readonly latex: string | null;
  readonly doc: string;
  readonly text: string;
}

export interface Ledger {
  readonly before: string;
  readonly terms: readonly LedgerRow[];
  readonly after: string;
  /** Whether float32 additions of the terms in this order give the value after, bit for bit. */
  readonly exact: boolean;
}

/** The update as a sum, written so that it can be checked by eye. */
export function ledgerOf(info: OptimizerInfo, { before, after, terms }: Inspection): Ledger {
  const texts = ledgerTexts([before, ...terms.map(({ value }) => value), after]);
  const sum = terms.reduce((total, { value }) => Math.fround(total + Math.fround(value)), before);
  return {
    before: texts[0]!,
    terms: terms.map(({ symbol }, index) => ({
      latex: info.symbols[symbol]?.latex ?? null,
      doc: info.symbols[symbol]?.doc ?? "",
      text: texts[index + 1]!,
    })),
    after: texts.at(-1)!,
    exact: Object.is(sum, after),
  };
}

/** The learning rate on leaving the last step's start: a scheduler may have changed it since. */
export function lrOf(frame: Frame, run: RunFrame, group: number | null, column?: Float64Array) {
  const used = group === 0 && frame.instruction === 0 ? column?.[frame.iteration - 1] : undefined;
  const now = group === null ? undefined : run.lr[group];
  return used !== undefined && Number.isFinite(used) ? used : (now ?? null);
}

function hyperOf({ run, parameter }: Subject, name: string): HyperValue | undefined {
  const own = run.param_groups?.[parameter.group ?? -1] as Record<string, HyperValue> | undefined;
  return own?.[name] ?? (run.optimizer[name] as HyperValue | undefined);
}

function numbersOf(value: HyperValue): readonly number[] {
  if (typeof value === "number") return [value];
  return Array.isArray(value) ? (value as readonly number[]) : [];
}

function stateOf({ parameter, element }: Subject, name: string): number | undefined {
  const value = parameter.state.find((entry) => entry.name === name)?.value;
  if (value === undefined || typeof value === "number") return value;
  // A state of another shape has no one number for this element.
  return value.length === parameter.value.length ? value[element] : undefined;
}
