// SPDX-License-Identifier: MIT
/** What the runs of an experiment share and where they part, said from the document and from real histories. */

import type { HyperValue, Registry } from "../engine/types.js";
import type { Experiment, Optimizer } from "../experiment/experiment.generated.js";
import type { HistoryBuffer } from "./history-buffer.js";
import { canonicalLines, loopOf, nameOf, type LineKind, type LoopLine } from "./loop-lines.js";

/** Where two runs' recorded numbers first differ. */
export interface Parting {
  readonly step: number;
  readonly parameter: string;
  readonly values: readonly [number, number];
}

/** Compares two runs' parameters step by step; null when every recorded number is the same. */
export function firstParting(history: HistoryBuffer, a: number, b: number): Parting | null {
  const [left, right] = [history.runs[a], history.runs[b]];
  if (left === undefined || right === undefined) return null;
  for (let step = 0; step < history.length; step++) {
    for (const [index, { name, values }] of left.parameters.entries()) {
      const mine = values[step]!;
      const other = right.parameters[index]?.values[step] ?? NaN;
      if (!Object.is(mine, other)) return { step, parameter: name, values: [mine, other] };
    }
  }
  return null;
}

/** How a loop departs from the canonical one, as the rest of a sentence that begins with its name. */
export function loopDeparture(lines: readonly LoopLine[], scheduled: boolean): string {
  const expected: LineKind[] = canonicalLines.map(({ kind }) => kind);
  if (scheduled) expected.push("scheduler_step");
  const active = lines.filter(({ enabled }) => enabled);
  const kinds = active.map(({ kind }) => kind);

  const lost = expected.filter((kind) => !kinds.includes(kind));
  if (lost.length > 0) return `has lost its ${list(lost.map(nameOf))}`;

  const once = active.filter(({ at }) => at !== null);
  if (once.length > 0) {
    return `runs ${list(once.map(({ kind }) => nameOf(kind)))} at step ${once[0]!.at} alone`;
  }
  const sometimes = active.filter(({ every }) => every > 1);
  if (sometimes.length > 0) {
    const every = sometimes[0]!.every;
    return `runs ${list(sometimes.map(({ kind }) => nameOf(kind)))} only every ${ordinal(every)} time`;
  }
  const repeated = kinds.filter((kind, index) => kinds.indexOf(kind) !== index);
  if (repeated.length > 0) return `runs ${list(repeated.map(nameOf))} more than once`;
  const added = kinds.filter((kind) => !expected.includes(kind));
  if (added.length > 0) return `also runs ${list(added.map(nameOf))}`;
  if (active.some(({ noGrad }) => noGrad)) return "computes its loss under no_grad";
  if (active.some(({ setToNone }) => !setToNone)) return "fills gradients with zeros, not None";
  if (kinds.some((kind, index) => kind !== expected[index])) {
    return "runs the same lines in another order";
  }
  return "is the canonical loop, line for line";
}

/** The names of what differs between runs ("optimizer", "lr", "betas", "scheduler", "loop"). */
export function differences(experiment: Experiment, registry: Registry): readonly string[] {
  const { runs } = experiment;
  const found: string[] = [];
  const names = new Set(runs.map(({ optimizer }) => optimizer.name));
  if (names.size > 1) found.push("optimizer");
  if (distinct(runs.map(({ optimizer }) => effective(registry, optimizer, "lr"))) > 1) {
    found.push("lr");
  }
  // Other options mean the same only within one optimizer.
  for (const { name, hyper_parameters } of registry.optimizers) {
    const alike = runs.filter(({ optimizer }) => optimizer.name === name);
    for (const { name: option } of hyper_parameters) {
      if (found.includes(option)) continue;
      const values = alike.map(({ optimizer }) => effective(registry, optimizer, option));
      if (option !== "lr" && distinct(values) > 1) found.push(option);
    }
  }
  if (distinct(runs.map(({ wrapper }) => wrapper)) > 1) found.push("wrapper");
  if (distinct(runs.map(({ scheduler }) => scheduler)) > 1) found.push("scheduler");
  if (distinct(runs.map((run) => unscheduled(loopOf(experiment, run)))) > 1) found.push("loop");
  return found;
}

/** A scheduler brings its line with it; that is no other loop. */
function unscheduled(lines: readonly LoopLine[]): readonly LoopLine[] {
  return lines.filter(({ kind }) => kind !== "scheduler_step");
}

/** What people call a hyper-parameter in a sentence. */
export function inWords(difference: string): string {
  return difference === "lr" ? "learning rate" : difference.replaceAll("_", " ");
}

/** "a", "a and b", "a, b and c". */
export function list(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

/** "2nd", "3rd", "4th". */
export function ordinal(number: number): string {
  const teen = number % 100 >= 11 && number % 100 <= 13;
  const suffix = teen ? "th" : (["th", "st", "nd", "rd"][number % 10] ?? "th");
  return `${number}${suffix}`;
}

function effective(
  registry: Registry,
  optimizer: Optimizer,
  option: string,
): HyperValue | undefined {
  return (
    optimizer[option] ??
    registry.optimizers
      .find(({ name }) => name === optimizer.name)
      ?.hyper_parameters.find(({ name }) => name === option)?.default
  );
}

function distinct(values: readonly unknown[]): number {
  return new Set(values.map((value) => JSON.stringify(value) ?? "")).size;
}
