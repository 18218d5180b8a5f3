// SPDX-License-Identifier: MIT
/** A training loop as it stands in a PyTorch script. */

import type { HyperValue } from "../engine/types.js";
import type { Experiment, Run } from "../experiment/experiment.generated.js";
import type { LoopLine } from "./loop-lines.js";

/** What the lines of code refer to. */
export interface CodeContext {
  readonly problem: Experiment["problem"]["kind"];
  readonly steps: number;
  readonly optimizer: Readonly<Record<string, HyperValue>> & { readonly name: string };
  readonly activation: string;
  /** The parameters by name, with their shapes. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/** Of a loop that is not there yet. */
export const emptyCode: CodeContext = {
  problem: "surface",
  steps: 0,
  optimizer: { name: "SGD" },
  activation: "relu",
  shapes: new Map(),
};

/** The schema's defaults. */
const defaultSteps = 500;
const defaultActivation = "relu";

export function codeContext(
  { problem, steps = defaultSteps }: Experiment,
  { optimizer }: Run,
  parameters: readonly { readonly name: string; readonly shape: readonly number[] }[],
): CodeContext {
  const activation = problem.kind === "task" ? problem.model?.activation : undefined;
  return {
    problem: problem.kind,
    steps,
    optimizer: optimizer as CodeContext["optimizer"],
    activation: activation ?? defaultActivation,
    shapes: new Map(parameters.map(({ name, shape }) => [name, shape])),
  };
}

/** What stands above the lines. */
export function headerOf({ problem, steps }: CodeContext): string {
  return problem === "task"
    ? "for step, (x, y) in enumerate(loader):"
    : `for step in range(${steps}):`;
}

/** The condition that a line stands under; null when it always runs. */
export function conditionOf({ every, at }: LoopLine): string | null {
  if (at !== null) return `if step == ${at}:`;
  return every > 1 ? `if (step + 1) % ${every} == 0:` : null;
}

/** The line as code; a few take two. */
export function pythonOf(line: LoopLine, context: CodeContext): string {
  switch (line.kind) {
    case "zero_grad":
      return line.setToNone ? "optimizer.zero_grad()" : "optimizer.zero_grad(set_to_none=False)";
    case "forward":
      return line.noGrad ? `with torch.no_grad():\n    ${loss(context)}` : loss(context);
    case "backward":
      return line.retainGraph ? "loss.backward(retain_graph=True)" : "loss.backward()";
    case "step":
      return "optimizer.step()";
    case "scheduler_step":
      return "scheduler.step()";
    case "clip_grad_norm":
      return `clip_grad_norm_(${everyParameter(context)}, ${float(line.limit)}${normArguments(line)})`;
    case "clip_grad_value":
      return `clip_grad_value_(${everyParameter(context)}, ${float(line.limit)})`;
    case "scale_loss":
      return `loss = loss / ${line.divisor}`;
    case "detach":
      return "loss = loss.detach()";
    case "freeze":
      return requiresGrad(line, "False", context);
    case "unfreeze":
      return requiresGrad(line, "True", context);
    case "add_layer":
      return addLayer(context);
    case "replace_layer":
      return `model[${line.layer}] = nn.Linear(${sizes(line.layer, context)})`;
    case "add_param_group":
      return addParamGroup(line, context);
    case "recreate_optimizer":
      return `optimizer = ${constructorOf(context)}`;
    case "save_state":
      return "saved = deepcopy((model.state_dict(),\n                  optimizer.state_dict()))";
    case "load_state":
      return "model.load_state_dict(saved[0])\noptimizer.load_state_dict(saved[1])";
  }
}

/** The optimizer as it is made before the loop. */
export function constructorOf(context: CodeContext): string {
  const { name, ...options } = context.optimizer;
  const given = Object.entries(options).map(([key, value]) => `${key}=${python(value)}`);
  return `${name}(${[everyParameter(context), ...given].join(", ")})`;
}

function loss({ problem }: CodeContext): string {
  switch (problem) {
    case "task":
      return "loss = loss_fn(model(x), y)";
    case "surface":
      return "loss = f(x, y)";
    case "recorded":
      return "recorded = gradients[step]";
  }
}

function everyParameter({ problem, shapes }: CodeContext): string {
  return problem === "task" ? "model.parameters()" : `[${[...shapes.keys()].join(", ")}]`;
}

function parameter(name: string, { problem }: CodeContext): string {
  if (problem !== "task") return name;
  const [place, kind] = name.split(".");
  return kind === undefined ? name : `model[${place}].${kind}`;
}

function requiresGrad({ params }: LoopLine, value: string, context: CodeContext): string {
  if (params.length === 0) return "pass  # no parameter is named yet";
  return params.map((name) => `${parameter(name, context)}.requires_grad_(${value})`).join("\n");
}

function addLayer({ activation, shapes }: CodeContext): string {
  const classes: Readonly<Record<string, string>> = {
    relu: "ReLU",
    tanh: "Tanh",
    sigmoid: "Sigmoid",
    identity: "Identity",
  };
  const width = [...shapes.values()].at(-1)?.[0] ?? "n";
  return `model.extend([nn.${classes[activation]}(),\n              nn.Linear(${width}, ${width})])`;
}

function sizes(layer: string, { shapes }: CodeContext): string {
  const [outputs = "out", inputs = "in"] = shapes.get(`${layer}.weight`) ?? [];
  return `${inputs}, ${outputs}`;
}

function addParamGroup({ params, options }: LoopLine, context: CodeContext): string {
  const names = params.map((name) => parameter(name, context)).join(", ");
  const rest = Object.entries(options).map(([key, value]) => `, "${key}": ${python(value)}`);
  return `optimizer.add_param_group(\n    {"params": [${names}]${rest.join("")}})`;
}

function normArguments({ normType, errorIfNonfinite }: LoopLine): string {
  const order =
    normType === 2 ? "" : normType === "inf" ? ', norm_type="inf"' : `, norm_type=${normType}`;
  return errorIfNonfinite ? `${order}, error_if_nonfinite=True` : order;
}

function python(value: HyperValue): string {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "number" ? String(value) : `(${value.join(", ")})`;
}

function float(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
