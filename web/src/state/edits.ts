// SPDX-License-Identifier: MIT
/** Changes to an experiment, as functions from one document to the next. */

import type {
  HyperParameterInfo,
  HyperValue,
  OptimizerInfo,
  Registry,
  SurfaceInfo,
} from "../engine/types.js";
import type {
  Average,
  Experiment,
  NamedSurface,
  Optimizer,
  ParamGroup,
  Problem,
  Run,
  Task,
  Wrapper,
} from "../experiment/experiment.generated.js";
import { canonicalLines, readLine, writeLine, type LoopLine } from "./loop-lines.js";

/** The most runs that a document may hold. */
export const maxRuns = 8;

export function withProblem(experiment: Experiment, problem: Problem): Experiment {
  return { ...experiment, problem };
}

export function withRun(experiment: Experiment, index: number, run: Run): Experiment {
  return { ...experiment, runs: experiment.runs.map((old, k) => (k === index ? run : old)) };
}

/** The same change for every run, as where loops are compared and nothing else may differ. */
export function withEveryRun(experiment: Experiment, change: (run: Run) => Run): Experiment {
  return { ...experiment, runs: experiment.runs.map(change) };
}

/** A named surface from its own start. */
export function withSurface(experiment: Experiment, surface: SurfaceInfo): Experiment {
  return withProblem(experiment, { kind: "surface", name: surface.name as NamedSurface["name"] });
}

/** A typed formula in the picture that was there. */
export function withFormula(
  experiment: Experiment,
  formula: string,
  surface: SurfaceInFull,
): Experiment {
  return withProblem(experiment, {
    kind: "surface",
    formula,
    start: [...surface.start],
    view: [...surface.view],
  });
}

export function withStart(experiment: Experiment, start: readonly [number, number]): Experiment {
  if (experiment.problem.kind !== "surface") return experiment;
  return withProblem(experiment, { ...experiment.problem, start: [start[0], start[1]] });
}

export function withTask(experiment: Experiment, change: Partial<Task>): Experiment {
  if (experiment.problem.kind !== "task") return experiment;
  return withProblem(experiment, { ...experiment.problem, ...change });
}

/** Sets one option; a value equal to the default is left out, so that links stay short. */
export function withOption<Spec extends { readonly name: string }>(
  spec: Spec,
  info: HyperParameterInfo,
  value: HyperValue,
): Spec {
  const { [info.name]: _, ...rest } = spec as Readonly<Record<string, unknown>>;
  if (same(value, info.default)) return rest as unknown as Spec;
  return { ...rest, [info.name]: Array.isArray(value) ? [...value] : value } as unknown as Spec;
}

/** Another optimizer with its defaults and, where it means the same, the learning rate of the one before. */
export function withOptimizer(run: Run, registry: Registry, name: string, relabel: boolean): Run {
  const { param_groups, ...rest } = run;
  const known = new Set([
    "params",
    ...(infoOf(registry, name)?.hyper_parameters ?? []).map((each) => each.name),
  ]);
  const groups = param_groups?.map(
    (group) =>
      Object.fromEntries(Object.entries(group).filter(([key]) => known.has(key))) as ParamGroup,
  );
  return {
    ...rest,
    ...(groups === undefined ? {} : { param_groups: groups }),
    optimizer: { name, ...inheritedLr(registry, run.optimizer, name) },
    ...(relabel ? { label: name } : {}),
  };
}

/** A learning rate is of use to another optimizer if the two have defaults of one order. */
function inheritedLr(
  registry: Registry,
  from: Optimizer | undefined,
  to: string,
): { readonly lr?: number } {
  const lr = from?.["lr"];
  const before = defaultLr(registry, from?.name);
  const after = defaultLr(registry, to);
  if (typeof lr !== "number" || before === null || after === null) return {};
  const ratio = after / before;
  return ratio > 0.05 && ratio < 20 ? { lr } : {};
}

function defaultLr(registry: Registry, name: string | undefined): number | null {
  const lr = infoOf(registry, name)?.hyper_parameters.find((each) => each.name === "lr")?.default;
  return typeof lr === "number" ? lr : null;
}

function infoOf({ optimizers }: Registry, wanted: string | undefined): OptimizerInfo | undefined {
  return optimizers.find(({ name }) => name === wanted);
}

/** Puts something around a run's optimizer, or takes it away. */
export function withWrapper(run: Run, wrapper: Wrapper | null): Run {
  const { wrapper: _, ...bare } = run;
  return wrapper === null ? bare : { ...bare, wrapper };
}

export function withAverage(run: Run, average: Average | null): Run {
  const { average: _, ...bare } = run;
  return average === null ? bare : { ...bare, average };
}

/** Gives a run a scheduler and the line that steps it, or takes away both. */
export function withScheduler(
  experiment: Experiment,
  index: number,
  scheduler: Run["scheduler"] | null,
): Experiment {
  const old = experiment.runs[index];
  if (old === undefined) return experiment;
  const { scheduler: _, loop: __, ...bare } = old;
  const shared = experiment.loop ?? canonicalLines.map(writeLine);
  const others = (old.loop ?? shared).filter((line) => readLine(line).kind !== "scheduler_step");
  if (scheduler === null || scheduler === undefined) {
    return withRun(experiment, index, same(others, shared) ? bare : { ...bare, loop: others });
  }
  const steps = (old.loop ?? shared).some((line) => readLine(line).kind === "scheduler_step");
  const loop = steps ? old.loop : [...others, "scheduler_step" as const];
  return withRun(experiment, index, {
    ...bare,
    scheduler,
    ...(loop === undefined ? {} : { loop }),
  });
}

/** Adds a copy of a run under a free label. */
export function withCopy(experiment: Experiment, index: number): Experiment {
  const original = experiment.runs[index];
  if (original === undefined || experiment.runs.length >= maxRuns) return experiment;
  const copy = { ...original, label: freeLabel(experiment, labelOf(original)) };
  const runs = [...experiment.runs];
  runs.splice(index + 1, 0, copy);
  const moved = reindexed(experiment.edits, (run) => (run > index ? run + 1 : run));
  const inherited = (experiment.edits ?? [])
    .filter(({ run }) => run === index)
    .map((edit) => ({ ...edit, run: index + 1 }));
  const edits = [...(moved ?? []), ...inherited].sort((a, b) => a.at - b.at);
  return { ...experiment, runs, ...(moved === undefined ? {} : { edits }) };
}

/** Adds the first optimizer of the registry that does not run yet. */
export function withNewRun(experiment: Experiment, registry: Registry): Experiment {
  if (experiment.runs.length >= maxRuns) return experiment;
  const used = new Set(experiment.runs.map((run) => run.optimizer.name));
  const name =
    registry.optimizers.find((optimizer) => !used.has(optimizer.name))?.name ??
    registry.optimizers[0]?.name ??
    "SGD";
  const last = experiment.runs.at(-1)?.optimizer;
  const optimizer: Optimizer = { name, ...inheritedLr(registry, last, name) };
  return {
    ...experiment,
    runs: [...experiment.runs, { label: freeLabel(experiment, name), optimizer }],
  };
}

export function withoutRun(experiment: Experiment, index: number): Experiment {
  if (experiment.runs.length <= 1) return experiment;
  const edits = reindexed(experiment.edits, (run) =>
    run === index ? null : run > index ? run - 1 : run,
  );
  return {
    ...experiment,
    runs: experiment.runs.filter((_, k) => k !== index),
    ...(edits === undefined ? {} : { edits }),
  };
}

/** Edits after runs have changed places; those of a run that is gone go with it. */
function reindexed(
  edits: Experiment["edits"],
  place: (run: number) => number | null,
): Experiment["edits"] {
  return edits?.flatMap((edit) => {
    if (edit.run === undefined) return [edit];
    const run = place(edit.run);
    return run === null ? [] : [{ ...edit, run }];
  });
}

export function withLoop(
  experiment: Experiment,
  index: number,
  lines: readonly LoopLine[],
): Experiment {
  const run = experiment.runs[index];
  if (run === undefined || lines.length === 0) return experiment;
  return withRun(experiment, index, { ...run, loop: lines.map(writeLine) });
}

/** A run's loop put beside the canonical one, as the Loop view compares them. */
export function asLoopExperiment(experiment: Experiment, index: number): Experiment {
  const run = experiment.runs[index] ?? experiment.runs[0]!;
  const { edits: _, loop, ...rest } = experiment;
  const { loop: __, ...bare } = run;
  const own = run.loop ?? loop ?? ["zero_grad", "forward", "backward", "step"];
  return {
    ...rest,
    runs: [
      { ...bare, label: "your loop", loop: own },
      { ...bare, label: "canonical" },
    ],
    ...(run.scheduler === undefined
      ? {}
      : { loop: ["zero_grad", "forward", "backward", "step", "scheduler_step"] }),
  };
}

/** A surface with nothing left to look up. */
export interface SurfaceInFull {
  readonly name: string | null;
  readonly title: string;
  readonly formula: string;
  readonly lesson: string;
  readonly view: readonly [number, number, number, number];
  readonly start: readonly [number, number];
  readonly minimisers: readonly (readonly [number, number])[];
}

const plainView = [-5, 5, -5, 5] as const;

/** The surface of an experiment; null when it has none. */
export function surfaceOf(experiment: Experiment, registry: Registry): SurfaceInFull | null {
  const { problem } = experiment;
  if (problem.kind !== "surface") return null;
  if ("name" in problem) {
    const info = registry.surfaces.find(({ name }) => name === problem.name);
    if (info === undefined) return null;
    return { ...info, view: problem.view ?? info.view, start: problem.start ?? info.start };
  }
  return {
    name: null,
    title: "Your formula",
    formula: problem.formula,
    lesson: "A surface of your own.",
    view: problem.view ?? plainView,
    start: problem.start ?? [0, 0],
    minimisers: [],
  };
}

/** What charts call a run. */
export function labelOf(run: Run): string {
  const lr = run.optimizer["lr"];
  return (
    run.label ?? (lr === undefined ? run.optimizer.name : `${run.optimizer.name} ${String(lr)}`)
  );
}

/** A label that no run has yet: with a number, if need be. */
export function freeLabel(experiment: Experiment, wish: string): string {
  const taken = new Set(experiment.runs.map(labelOf));
  if (!taken.has(wish)) return wish;
  const stem = wish.replace(/ \d+$/, "");
  for (let number = 2; ; number++) {
    const label = `${stem} ${number}`;
    if (!taken.has(label)) return label;
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
