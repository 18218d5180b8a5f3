// SPDX-License-Identifier: MIT
/** What a learner has changed of a challenge, and whether that was allowed: two documents are compared. */

import type { HyperValue, Registry } from "../engine/types.js";
import type { Experiment, Run, Task } from "../experiment/experiment.generated.js";
import { onlyRun } from "../state/branches.js";
import { labelOf } from "../state/edits.js";
import { loopOf, writeLine, type LoopLine } from "../state/loop-lines.js";
import type { Challenge, Kept, Part } from "./challenge.js";

export interface Changes {
  /** The learner's run on its own; null when it is gone. */
  readonly entry: Experiment | null;
  /** How many things were changed, as par counts them. */
  readonly count: number;
  /** What was changed but may not be, each as a sentence. */
  readonly refused: readonly string[];
}

/** One difference between the two documents, or several of one kind. */
interface Difference {
  /** What it is a change of; null is something that may never be changed. */
  readonly part: Part | null;
  readonly words: string;
  readonly count: number;
}

/** The learner's run is known by its label; runs beside it are for looking only. */
export function changesOf(
  { experiment: original, mayChange, keep = [] }: Challenge,
  experiment: Experiment,
  registry: Registry,
): Changes {
  const label = labelOf(original.runs[0]!);
  const index = experiment.runs.findIndex((run) => labelOf(run) === label);
  if (index < 0) {
    return {
      entry: null,
      count: 0,
      refused: [`The run “${label}” is gone; it is the one to mend.`],
    };
  }
  const entry = onlyRun(experiment, index);
  const differences = [
    ...ofDocument(original, entry),
    ...ofRun(original.runs[0]!, entry.runs[0]!, registry),
    ...ofLoop(loopOf(original, original.runs[0]!), loopOf(entry, entry.runs[0]!)),
  ];
  const refused = differences.filter(({ part }) => part === null || !allowed(part, mayChange));
  return {
    entry,
    count: differences.reduce((sum, { count }) => sum + count, 0),
    refused: [
      ...refused.map(({ words }) => `${words} may not be changed here.`),
      ...missing(keep, loopOf(entry, entry.runs[0]!)),
    ],
  };
}

function allowed(part: Part, mayChange: readonly Part[]): boolean {
  return mayChange.includes(part) || (part === "learning rate" && mayChange.includes("optimizer"));
}

function missing(keep: readonly Kept[], lines: readonly LoopLine[]): readonly string[] {
  return keep.flatMap(({ words, line }) => {
    const wanted = Object.entries(line);
    const found = lines.some(
      (each) =>
        each.enabled && wanted.every(([key, value]) => same(each[key as keyof LoopLine], value)),
    );
    return found ? [] : [`${words} has to stay.`];
  });
}

function ofDocument(original: Experiment, entry: Experiment): readonly Difference[] {
  return [
    ...differs(null, "The seed", original.seed ?? 0, entry.seed ?? 0),
    ...differs(null, "The number of steps", original.steps ?? 500, entry.steps ?? 500),
    ...differs(null, "What happens along the way", original.edits ?? [], entry.edits ?? []),
    ...ofProblem(original.problem, entry.problem),
  ];
}

function ofProblem(
  original: Experiment["problem"],
  problem: Experiment["problem"],
): readonly Difference[] {
  if (original.kind === "task" && problem.kind === "task") return ofTask(original, problem);
  if (original.kind === "surface" && problem.kind === "surface") {
    const { view: _, ...before } = original;
    const { view: __, ...after } = problem;
    return differs(null, "The surface", sorted(before), sorted(after));
  }
  return differs(null, "The problem", original, problem);
}

function ofTask(original: Task, task: Task): readonly Difference[] {
  const [before, after] = [original, task].map(inFull) as [FullTask, FullTask];
  return [
    ...differs("labels", "The labels", before.labels, after.labels),
    ...differs("feature scale", "The scale of the feature", before.scale, after.scale),
    ...differs(null, "The data", before.data, after.data),
    ...differs("activation", "The activation", before.activation, after.activation),
    ...differs("initialisation", "The initialisation", before.init, after.init),
    ...differs(null, "The layers", before.hidden, after.hidden),
    ...differs("loss function", "The loss function", before.loss, after.loss),
    ...differs(null, "The batch size", before.batch, after.batch),
  ];
}

type FullTask = ReturnType<typeof inFull>;

/** With the schema's defaults. */
function inFull({ data, model = {}, loss = "cross_entropy", batch_size: batch = 32 }: Task) {
  const { shuffle_labels: labels = false, test_fraction = 0.2, ...rest } = data;
  const { scale, ...toy } = { scale: 1, samples: 500, noise: 0.1, seed: 0, ...rest };
  return {
    labels,
    scale,
    data: sorted({ ...toy, test_fraction }),
    activation: model.activation ?? "relu",
    init: model.init ?? "pytorch",
    hidden: model.hidden ?? [],
    loss,
    batch,
  };
}

function ofRun(original: Run, run: Run, registry: Registry): readonly Difference[] {
  return [
    ...ofOptimizer(original, run, registry),
    ...ofScheduler(original, run, registry),
    ...differs(null, "The parameter groups", original.param_groups, run.param_groups),
    ...differs(null, "What is put around the optimizer", original.wrapper, run.wrapper),
    ...differs(null, "The average of the weights", original.average, run.average),
  ];
}

function ofOptimizer(original: Run, run: Run, registry: Registry): readonly Difference[] {
  const info = registry.optimizers.find(({ name }) => name === run.optimizer.name);
  const { lr: before, ...others } = optionsOf(original.optimizer, info?.hyper_parameters);
  const { lr: after, ...now } = optionsOf(run.optimizer, info?.hyper_parameters);
  // Another optimizer comes with options of its own: they are part of the choice.
  const another = original.optimizer.name !== run.optimizer.name;
  const options = another ? [] : keysThatDiffer(others, now);
  return [
    ...differs("optimizer", "The optimizer", original.optimizer.name, run.optimizer.name),
    ...differs("learning rate", "The learning rate", before, after),
    ...options.map((name): Difference => ({
      part: "optimizer",
      words: `The optimizer’s ${name}`,
      count: 1,
    })),
  ];
}

function ofScheduler(original: Run, run: Run, registry: Registry): readonly Difference[] {
  const [before, after] = [original.scheduler, run.scheduler];
  const single = before !== undefined && after !== undefined && "name" in before && "name" in after;
  if (!single || before.name !== after.name) {
    return differs(null, "The scheduler", before, after);
  }
  const info = registry.schedulers.find(({ name }) => name === after.name);
  return keysThatDiffer(
    optionsOf(before, info?.hyper_parameters),
    optionsOf(after, info?.hyper_parameters),
  ).map((name): Difference => ({ part: "schedule", words: `The scheduler’s ${name}`, count: 1 }));
}

interface Default {
  readonly name: string;
  readonly default: HyperValue;
}

type Options = Readonly<Record<string, unknown>>;

/** An option at its default is as good as one that is not mentioned. */
function optionsOf(spec: object, infos: readonly Default[] = []): Options {
  const defaults = Object.fromEntries(infos.map((each) => [each.name, each.default]));
  const { name: _, ...options } = spec as Options;
  return { ...defaults, ...options };
}

function keysThatDiffer(before: Options, after: Options): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !same(before[name], after[name]));
}

/**
 * Lines that were added, removed, changed or moved; each is one change. A line that is switched off is as
 * good as one that is not there.
 */
function ofLoop(before: readonly LoopLine[], after: readonly LoopLine[]): readonly Difference[] {
  const count = countLoopChanges(before, after);
  return count === 0 ? [] : [{ part: "loop", words: "The loop", count }];
}

export function countLoopChanges(before: readonly LoopLine[], after: readonly LoopLine[]): number {
  const [a, b] = [before, after].map((lines) =>
    lines.filter(({ enabled }) => enabled).map((line) => JSON.stringify(writeLine(line))),
  ) as [string[], string[]];
  const kinds = (lines: readonly LoopLine[]) =>
    new Map(lines.map((line) => [JSON.stringify(writeLine(line)), line.kind as string]));
  const removed = without(a, b);
  const added = without(b, a);
  const moved = a.length - removed.length - longestCommon(a, b);
  const kindsBefore = removed.map((line) => kinds(before).get(line)!);
  const kindsAfter = added.map((line) => kinds(after).get(line)!);
  // One line gone and another of its kind new: a line that was changed.
  const changed = kindsBefore.length - without(kindsBefore, kindsAfter).length;
  return moved + removed.length + added.length - changed;
}

/** What of one list has no counterpart in the other. */
function without(list: readonly string[], other: readonly string[]): readonly string[] {
  const left = [...other];
  return list.filter((item) => {
    const at = left.indexOf(item);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Length of the longest common subsequence: the lines that kept their order. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const item of a) {
    const next = [0];
    b.forEach((other, k) => {
      next.push(item === other ? row[k]! + 1 : Math.max(row[k + 1]!, next[k]!));
    });
    row = next;
  }
  return row.at(-1)!;
}

function differs(
  part: Part | null,
  words: string,
  before: unknown,
  after: unknown,
): readonly Difference[] {
  return same(before, after) ? [] : [{ part, words, count: 1 }];
}

function sorted(record: object): object {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
