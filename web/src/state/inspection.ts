// SPDX-License-Identifier: MIT
/** One element's update in numbers: what stands under the symbols of the formula, and the sum that it is. */

import type {
  Frame,
  HyperValue,
  Inspection,
  OptimizerInfo,
  ParameterFrame,
  RuleInfo,
  RunFrame,
  WrapperInfo,
} from "../engine/types.js";
import type { Run } from "../experiment/experiment.generated.js";
import { formatNumber } from "../components/numbers.js";
import { symbolsOf } from "../components/symbols.js";
import { ledgerTexts } from "./ledger.js";

/** What the page knows of the element that is looked at. */
export interface Subject {
  readonly info: OptimizerInfo;
  readonly wrapper: WrapperInfo | null;
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

/** By LaTeX: the optimizer's hyper-parameters, its state, and what the step computed on its way. */
export function optimizerValues(subject: Subject): ReadonlyMap<string, string> {
  const { info, run, parameter, lr } = subject;
  const group = run.param_groups?.[parameter.group ?? -1];
  const values = new Map([
    ...settings(info, { ...run.optimizer, ...group, ...(lr === null ? {} : { lr }) }),
    ...stateValues(info, subject),
  ]);
  const inspection = inspectionOf(subject);
  if (inspection !== null) {
    values.set("\\theta_{t-1}", inspection.before);
    // A wrapper has the last word.
    if (subject.wrapper === null) values.set("\\theta_t", inspection.after);
    for (const { symbol, value } of inspection.symbols) {
      const latex = info.symbols[symbol]?.latex;
      if (latex !== undefined) values.set(latex, value);
    }
  }
  return inText(values);
}

/** The same for what is put around the optimizer. */
export function wrapperValues(subject: Subject, wrapper: WrapperInfo): ReadonlyMap<string, string> {
  const values = new Map([
    ...settings(wrapper, subject.run.wrapper ?? {}),
    ...stateValues(wrapper, subject),
  ]);
  const inspection = inspectionOf(subject);
  if (inspection !== null) {
    values.set("\\theta_{t-1}", inspection.before);
    values.set("\\theta_t", inspection.after);
  }
  return inText(values);
}

function inText(values: ReadonlyMap<string, number>): ReadonlyMap<string, string> {
  return new Map([...values].map(([latex, value]) => [latex, formatNumber(value, 4)]));
}

function settings(
  { hyper_parameters }: RuleInfo,
  given: Readonly<Record<string, unknown>>,
): [latex: string, value: number][] {
  return hyper_parameters
    .filter(({ internal }) => !internal)
    .flatMap(({ name, symbol, default: fallback }) => {
      const numbers = numbersOf((given[name] as HyperValue | undefined) ?? fallback);
      return symbolsOf(symbol).flatMap((latex, index): [string, number][] => {
        const number = numbers[index] ?? null;
        return number === null ? [] : [[latex, number]];
      });
    });
}

function stateValues(
  { state }: RuleInfo,
  { parameter, element }: Subject,
): [latex: string, value: number][] {
  return state.flatMap(({ name, symbol }): [string, number][] => {
    const value = parameter.state.find((entry) => entry.name === name)?.value;
    if (symbol === "" || value === undefined) return [];
    if (typeof value === "number") return [[symbol, value]];
    // A state of another shape has no one number for this element.
    return value.length === parameter.value.length ? [[symbol, value[element]!]] : [];
  });
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
export function ledgerOf(
  { info, wrapper }: Pick<Subject, "info" | "wrapper">,
  { before, after, terms }: Inspection,
): Ledger {
  const symbols = [...info.symbols, ...(wrapper?.symbols ?? [])];
  const texts = ledgerTexts([before, ...terms.map(({ value }) => value), after]);
  const sum = terms.reduce((total, { value }) => Math.fround(total + Math.fround(value)), before);
  return {
    before: texts[0]!,
    terms: terms.map(({ symbol }, index) => ({
      latex: symbols[symbol]?.latex ?? null,
      doc: symbols[symbol]?.doc ?? "",
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

function numbersOf(value: HyperValue): readonly (number | null)[] {
  if (typeof value === "number") return [value];
  return Array.isArray(value) ? (value as readonly (number | null)[]) : [];
}
