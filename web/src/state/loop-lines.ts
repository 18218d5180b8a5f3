// SPDX-License-Identifier: MIT
/** The lines of a training loop: one uniform record in place of the document's short and long forms. */

import type { Experiment, Line, Run } from "../experiment/experiment.generated.js";

export type LineKind =
  | "zero_grad"
  | "forward"
  | "backward"
  | "step"
  | "scheduler_step"
  | "clip_grad_norm"
  | "clip_grad_value";

/** One line of the loop with everything that can be said of it. */
export interface LoopLine {
  readonly kind: LineKind;
  readonly enabled: boolean;
  /** Runs in iterations every, 2·every, …, counted from 1. */
  readonly every: number;
  /** What clipping lets through; meaningless for the other kinds. */
  readonly limit: number;
  readonly setToNone: boolean;
  readonly retainGraph: boolean;
}

/** The kinds in the order in which the "add a line" menu offers them. */
export const lineKinds: readonly LineKind[] = [
  "zero_grad",
  "forward",
  "backward",
  "clip_grad_norm",
  "clip_grad_value",
  "step",
  "scheduler_step",
];

/** A line as it is when it is added. */
export function newLine(kind: LineKind): LoopLine {
  return { kind, enabled: true, every: 1, limit: 1, setToNone: true, retainGraph: false };
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
  const base = {
    ...newLine(line.do),
    enabled: line.enabled ?? true,
    every: line.every ?? 1,
  };
  switch (line.do) {
    case "zero_grad":
      return { ...base, setToNone: line.set_to_none ?? true };
    case "backward":
      return { ...base, retainGraph: line.retain_graph ?? false };
    case "clip_grad_norm":
      return { ...base, limit: line.max_norm };
    case "clip_grad_value":
      return { ...base, limit: line.clip_value };
    default:
      return base;
  }
}

/** Writes one line as briefly as the document allows. */
export function writeLine(line: LoopLine): Line {
  const common = {
    ...(line.enabled ? {} : { enabled: false }),
    ...(line.every === 1 ? {} : { every: line.every }),
  };
  const plain = line.enabled && line.every === 1;
  switch (line.kind) {
    case "zero_grad":
      if (plain && line.setToNone) return "zero_grad";
      return { do: "zero_grad", ...common, ...(line.setToNone ? {} : { set_to_none: false }) };
    case "backward":
      if (plain && !line.retainGraph) return "backward";
      return { do: "backward", ...common, ...(line.retainGraph ? { retain_graph: true } : {}) };
    case "clip_grad_norm":
      if (plain) return { clip_grad_norm: line.limit };
      return { do: "clip_grad_norm", ...common, max_norm: line.limit };
    case "clip_grad_value":
      if (plain) return { clip_grad_value: line.limit };
      return { do: "clip_grad_value", ...common, clip_value: line.limit };
    default:
      return plain ? line.kind : { do: line.kind, ...common };
  }
}

/** The loop that a run follows: its own, the experiment's, or the canonical one. */
export function loopOf(experiment: Experiment, run: Run): readonly LoopLine[] {
  const loop = run.loop ?? experiment.loop;
  return loop === undefined ? canonicalLines : loop.map(readLine);
}

/** How many lines an iteration of a session has: the longest loop of its runs. */
export function linesPerIteration(experiment: Experiment): number {
  return Math.max(...experiment.runs.map((run) => loopOf(experiment, run).length));
}

/** The line as it stands in a PyTorch script. */
export function pythonOf(line: LoopLine, problem: Experiment["problem"]["kind"]): string {
  switch (line.kind) {
    case "zero_grad":
      return line.setToNone ? "optimizer.zero_grad()" : "optimizer.zero_grad(set_to_none=False)";
    case "forward":
      return problem === "task" ? "loss = loss_fn(model(batch), target)" : "loss = f(x, y)";
    case "backward":
      return line.retainGraph ? "loss.backward(retain_graph=True)" : "loss.backward()";
    case "step":
      return "optimizer.step()";
    case "scheduler_step":
      return "scheduler.step()";
    case "clip_grad_norm":
      return `clip_grad_norm_(params, ${line.limit})`;
    case "clip_grad_value":
      return `clip_grad_value_(params, ${line.limit})`;
  }
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
    default:
      return kind;
  }
}
