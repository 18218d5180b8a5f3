// SPDX-License-Identifier: MIT
/** The lines of a training loop: one uniform record in place of the document's short and long forms. */

import type { HyperValue } from "../engine/types.js";
import type { Experiment, Line, ParamGroup, Run } from "../experiment/experiment.generated.js";

export type LineKind =
  | "zero_grad"
  | "forward"
  | "backward"
  | "step"
  | "scheduler_step"
  | "clip_grad_norm"
  | "clip_grad_value"
  | "scale_loss"
  | "detach"
  | "freeze"
  | "unfreeze"
  | "add_layer"
  | "replace_layer"
  | "add_param_group"
  | "recreate_optimizer"
  | "save_state"
  | "load_state";

/** One line of the loop with everything that can be said of it; what a kind has no use for is at its default. */
export interface LoopLine {
  readonly kind: LineKind;
  readonly enabled: boolean;
  /** Runs in iterations every, 2·every, …, counted from 1. */
  readonly every: number;
  /** Runs in that iteration alone, counted from 0; then `every` is 1. */
  readonly at: number | null;
  /** What clipping lets through. */
  readonly limit: number;
  /** Of the norm that is clipped; "inf" is the largest absolute value. */
  readonly normType: number | "inf";
  readonly errorIfNonfinite: boolean;
  readonly setToNone: boolean;
  readonly retainGraph: boolean;
  /** forward under torch.no_grad(). */
  readonly noGrad: boolean;
  /** What the loss is divided by. */
  readonly divisor: number;
  /** Whom freeze, unfreeze and add_param_group concern. */
  readonly params: readonly string[];
  /** What an added group has of its own. */
  readonly options: Readonly<Record<string, HyperValue>>;
  /** The place of the layer in the Sequential that is replaced. */
  readonly layer: string;
}

/** The kinds that a loop is made of, in the order in which it needs them … */
export const loopKinds = ["zero_grad", "forward", "backward", "step", "scheduler_step"] as const;
/** … those between the loss and the step … */
export const gradientKinds = ["clip_grad_norm", "clip_grad_value", "scale_loss", "detach"] as const;
/** … and those that change who is trained, and by whom. */
export const modelKinds = ["freeze", "unfreeze", "add_layer", "replace_layer"] as const;
export const optimizerKinds = [
  "add_param_group",
  "recreate_optimizer",
  "save_state",
  "load_state",
] as const;

/** All of them. */
export const lineKinds: readonly LineKind[] = [
  ...loopKinds,
  ...gradientKinds,
  ...modelKinds,
  ...optimizerKinds,
];

/** A line with nothing said of it but its kind. */
export function newLine(kind: LineKind): LoopLine {
  return {
    kind,
    enabled: true,
    every: 1,
    at: null,
    limit: 1,
    normType: 2,
    errorIfNonfinite: false,
    setToNone: true,
    retainGraph: false,
    noGrad: false,
    divisor: 4,
    params: [],
    options: {},
    layer: "0",
  };
}

/** The order that PyTorch's tutorials teach. */
export const canonicalLines: readonly LoopLine[] = [
  newLine("zero_grad"),
  newLine("forward"),
  newLine("backward"),
  newLine("step"),
];

/** Reads one line of a document. */
export function readLine(line: Line): LoopLine {
  if (typeof line === "string") return newLine(line);
  if ("clip_grad_norm" in line) {
    return { ...newLine("clip_grad_norm"), limit: line.clip_grad_norm };
  }
  if ("clip_grad_value" in line) {
    return { ...newLine("clip_grad_value"), limit: line.clip_grad_value };
  }
  if ("scale_loss" in line) return { ...newLine("scale_loss"), divisor: line.scale_loss };
  if ("freeze" in line) return { ...newLine("freeze"), params: line.freeze };
  if ("unfreeze" in line) return { ...newLine("unfreeze"), params: line.unfreeze };
  if ("replace_layer" in line) return { ...newLine("replace_layer"), layer: line.replace_layer };
  if ("add_param_group" in line) {
    return { ...newLine("add_param_group"), ...readGroup(line.add_param_group) };
  }
  const base = {
    ...newLine(line.do),
    enabled: line.enabled ?? true,
    every: line.every ?? 1,
    at: line.at ?? null,
  };
  switch (line.do) {
    case "zero_grad":
      return { ...base, setToNone: line.set_to_none ?? true };
    case "forward":
      return { ...base, noGrad: line.no_grad ?? false };
    case "backward":
      return { ...base, retainGraph: line.retain_graph ?? false };
    case "clip_grad_norm":
      return {
        ...base,
        limit: line.max_norm,
        normType: line.norm_type ?? 2,
        errorIfNonfinite: line.error_if_nonfinite ?? false,
      };
    case "clip_grad_value":
      return { ...base, limit: line.clip_value };
    case "scale_loss":
      return { ...base, divisor: line.divisor };
    case "freeze":
    case "unfreeze":
      return { ...base, params: line.params };
    case "replace_layer":
      return { ...base, layer: line.layer };
    case "add_param_group":
      return { ...base, ...readGroup(line.group) };
    default:
      return base;
  }
}

function readGroup({ params, ...options }: ParamGroup): Pick<LoopLine, "params" | "options"> {
  return { params, options: options as Readonly<Record<string, HyperValue>> };
}

/** Writes one line as briefly as the document allows. */
export function writeLine(line: LoopLine): Line {
  const common = {
    ...(line.enabled ? {} : { enabled: false }),
    ...(line.every === 1 ? {} : { every: line.every }),
    ...(line.at === null ? {} : { at: line.at }),
  };
  const plain = line.enabled && line.every === 1 && line.at === null;
  const params = [...line.params];
  switch (line.kind) {
    case "zero_grad":
      if (plain && line.setToNone) return "zero_grad";
      return { do: "zero_grad", ...common, ...(line.setToNone ? {} : { set_to_none: false }) };
    case "forward":
      if (plain && !line.noGrad) return "forward";
      return { do: "forward", ...common, ...(line.noGrad ? { no_grad: true } : {}) };
    case "backward":
      if (plain && !line.retainGraph) return "backward";
      return { do: "backward", ...common, ...(line.retainGraph ? { retain_graph: true } : {}) };
    case "clip_grad_norm":
      if (plain && line.normType === 2 && !line.errorIfNonfinite) {
        return { clip_grad_norm: line.limit };
      }
      return {
        do: "clip_grad_norm",
        ...common,
        max_norm: line.limit,
        ...(line.normType === 2 ? {} : { norm_type: line.normType }),
        ...(line.errorIfNonfinite ? { error_if_nonfinite: true } : {}),
      };
    case "clip_grad_value":
      if (plain) return { clip_grad_value: line.limit };
      return { do: "clip_grad_value", ...common, clip_value: line.limit };
    case "scale_loss":
      if (plain) return { scale_loss: line.divisor };
      return { do: "scale_loss", ...common, divisor: line.divisor };
    case "freeze":
      return plain ? { freeze: params } : { do: "freeze", ...common, params };
    case "unfreeze":
      return plain ? { unfreeze: params } : { do: "unfreeze", ...common, params };
    case "replace_layer":
      if (plain) return { replace_layer: line.layer };
      return { do: "replace_layer", ...common, layer: line.layer };
    case "add_param_group": {
      const group = { params, ...line.options } as ParamGroup;
      return plain ? { add_param_group: group } : { do: "add_param_group", ...common, group };
    }
    default:
      return plain ? line.kind : { do: line.kind, ...common };
  }
}

/** Whether a line runs in an iteration, counted from 0. */
export function runsIn({ enabled, every, at }: LoopLine, iteration: number): boolean {
  return enabled && (at === null ? (iteration + 1) % every === 0 : at === iteration);
}

/** The loop that a run begins with: its own, the experiment's, or the canonical one. */
export function loopOf(experiment: Experiment, run: Run): readonly LoopLine[] {
  const loop = run.loop ?? experiment.loop;
  return loop === undefined ? canonicalLines : loop.map(readLine);
}

/** The loop that a run follows in an iteration: edits may have given it another. */
export function loopAt(
  experiment: Experiment,
  index: number,
  iteration: number,
): readonly LoopLine[] {
  const run = experiment.runs[index];
  if (run === undefined) return [];
  const edits = (experiment.edits ?? []).filter(
    (edit) => "loop" in edit && edit.at <= iteration && (edit.run ?? index) === index,
  );
  const last = edits.at(-1);
  return last !== undefined && "loop" in last ? last.loop.map(readLine) : loopOf(experiment, run);
}

/** How many lines an iteration of a session has: the longest loop that any of its runs ever follows. */
export function linesPerIteration(experiment: Experiment): number {
  const edited = (experiment.edits ?? []).map((edit) => ("loop" in edit ? edit.loop.length : 0));
  return Math.max(...experiment.runs.map((run) => loopOf(experiment, run).length), ...edited);
}

/** What a line is called in menus, labels and sentences. */
export function nameOf(kind: LineKind): string {
  switch (kind) {
    case "clip_grad_norm":
      return "clip_grad_norm_";
    case "clip_grad_value":
      return "clip_grad_value_";
    case "scheduler_step":
      return "scheduler.step";
    case "scale_loss":
      return "loss / k";
    case "add_layer":
      return "model.extend";
    case "replace_layer":
      return "model[i] = …";
    case "recreate_optimizer":
      return "optimizer = …";
    case "load_state":
      return "load_state_dict";
    case "save_state":
      return "state_dict";
    default:
      return kind;
  }
}
