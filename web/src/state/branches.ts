// SPDX-License-Identifier: MIT
/**
 * Runs that part from another in the middle. A branch is a copy of a run whose `edits` from that step on
 * concern it alone: another loop, other options.
 */

import type { HyperValue } from "../engine/types.js";
import type { Edit, Experiment, Optimizer } from "../experiment/experiment.generated.js";
import { freeLabel, labelOf, maxRuns, withLoop } from "./edits.js";
import { loopAt, writeLine, type LoopLine } from "./loop-lines.js";

/** The step from which a run goes its own way; null when it is no branch. */
export function branchStep({ edits = [] }: Experiment, run: number): number | null {
  const own = edits.filter((edit) => edit.run === run && "loop" in edit);
  return own.length === 0 ? null : Math.min(...own.map(({ at }) => at));
}

/** The step from which a change of a run at `step` counts: null is from the start. */
export function changesFrom(experiment: Experiment, run: number, step: number): number | null {
  const branched = branchStep(experiment, run);
  if (branched === null) return null;
  const { edits = [] } = experiment;
  const reached = edits.filter((edit) => edit.run === run && "loop" in edit && edit.at <= step);
  // A branch shares what came before it: looked at from there, it changes where it begins.
  return reached.at(-1)?.at ?? branched;
}

/** A copy of a run that can be changed from `step` on; it is the last run of the new document. */
export function withBranch(experiment: Experiment, index: number, step: number): Experiment {
  const original = experiment.runs[index];
  if (original === undefined || experiment.runs.length >= maxRuns) return experiment;
  const stem = labelOf(original).replace(/, from step \d+.*$/, "");
  const label = freeLabel(experiment, `${stem}, from step ${step}`);
  const copy = experiment.runs.length;
  const { edits = [] } = experiment;
  const inherited = edits
    .filter((edit) => edit.run === index)
    .map((edit) => ({ ...edit, run: copy }));
  const loop = loopAt(experiment, index, step).map(writeLine);
  return {
    ...experiment,
    runs: [...experiment.runs, { ...original, label }],
    edits: inOrder([
      ...edits,
      ...inherited.filter((edit) => !("loop" in edit && edit.at >= step)),
      { at: step, run: copy, loop },
    ]),
  };
}

/** Another loop for a run, from where it may be changed on. */
export function withLoopAt(
  experiment: Experiment,
  run: number,
  step: number,
  lines: readonly LoopLine[],
): Experiment {
  const from = changesFrom(experiment, run, step);
  if (from === null) return withLoop(experiment, run, lines);
  if (lines.length === 0) return experiment;
  const others = (experiment.edits ?? []).filter(
    (edit) => !("loop" in edit && edit.run === run && edit.at === from),
  );
  const loop = lines.map(writeLine);
  return { ...experiment, edits: inOrder([...others, { at: from, run, loop }]) };
}

/** A run's optimizer as it is at a step: the document's, and what edits have written into its groups since. */
export function optimizerAt(experiment: Experiment, run: number, step: number): Optimizer {
  const written = (experiment.edits ?? []).filter(
    (edit) =>
      "set" in edit && edit.at <= step && (edit.run ?? run) === run && edit.group === undefined,
  );
  return written.reduce<Optimizer>(
    (optimizer, edit) => ("set" in edit ? { ...optimizer, ...edit.set } : optimizer),
    experiment.runs[run]!.optimizer,
  );
}

/** Other options for a branch: an edit at its beginning says what differs. */
export function withOptionsAt(
  experiment: Experiment,
  run: number,
  from: number,
  optimizer: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, HyperValue>>,
): Experiment {
  const base = experiment.runs[run]!.optimizer;
  const names = new Set([...Object.keys(base), ...Object.keys(optimizer)]);
  names.delete("name");
  const value = (spec: Readonly<Record<string, unknown>>, name: string) =>
    (spec[name] ?? defaults[name] ?? null) as HyperValue;
  const set = Object.fromEntries(
    [...names]
      .filter(
        (name) => JSON.stringify(value(base, name)) !== JSON.stringify(value(optimizer, name)),
      )
      .map((name) => [name, value(optimizer, name)]),
  );
  const others = (experiment.edits ?? []).filter(
    (edit) => !("set" in edit && edit.run === run && edit.at === from && edit.group === undefined),
  );
  const edit = { at: from, run, set } as Edit;
  return {
    ...experiment,
    edits: inOrder(Object.keys(set).length === 0 ? others : [...others, edit]),
  };
}

/** A document of one run alone, with the edits that concern it. */
export function onlyRun(experiment: Experiment, index: number): Experiment {
  const run = experiment.runs[index];
  if (run === undefined) return experiment;
  const { edits, ...rest } = experiment;
  const own = (edits ?? []).flatMap((edit): Edit[] => {
    const { run: concerned, ...bare } = edit;
    return (concerned ?? index) === index ? [bare as Edit] : [];
  });
  return { ...rest, runs: [run], ...(own.length === 0 ? {} : { edits: own }) };
}

/** A document of one run put back in the place of a run: the others stay as they are. */
export function withOnlyRun(
  experiment: Experiment,
  index: number,
  { runs, edits = [], ...shared }: Experiment,
): Experiment {
  const { edits: before = [], runs: all, ...old } = experiment;
  const [run] = runs;
  if (run === undefined) return experiment;
  const others = before.flatMap((edit): Edit[] => {
    if (edit.run === index) return [];
    // What concerned every run is said of the others one by one.
    if (edit.run !== undefined || all.length === 1) return edit.run === undefined ? [] : [edit];
    return all.flatMap((_, other): Edit[] => (other === index ? [] : [{ ...edit, run: other }]));
  });
  const own = edits.map((edit): Edit => (all.length === 1 ? edit : { ...edit, run: index }));
  const merged = inOrder([...others, ...own]);
  // A companion that had the very same optimizer keeps it the same: only the loops differ.
  const was = JSON.stringify(all[index]!.optimizer);
  const companions = all.map((other, k) => {
    if (k === index) return { ...run, label: labelOf(all[index]!) };
    return JSON.stringify(other.optimizer) === was ? { ...other, optimizer: run.optimizer } : other;
  });
  return {
    ...old,
    ...shared,
    runs: companions,
    ...(merged.length === 0 ? {} : { edits: merged }),
  };
}

/** As the document wants it; edits of one step stay in the order in which they were made. */
function inOrder(edits: readonly Edit[]): Edit[] {
  return [...edits].sort((a, b) => a.at - b.at);
}
