// SPDX-License-Identifier: MIT
/** The best known solution of every challenge; the page does not have them. */

import type { Experiment, Loop, Run, Task } from "../../web/src/experiment/experiment.generated.js";

export type Solution = (broken: Experiment) => Experiment;

const withRun =
  (change: Partial<Run>): Solution =>
  (broken) => ({ ...broken, runs: [{ ...broken.runs[0]!, ...change }] });

const withLoop = (loop: Loop) => withRun({ loop });

const withTask =
  (change: (task: Task) => Partial<Task>): Solution =>
  (broken) => {
    const task = broken.problem as Task;
    return { ...broken, problem: { ...task, ...change(task) } };
  };

const canonical = ["zero_grad", "forward", "backward", "step"] as const;

export const solutions: Readonly<Record<string, Solution>> = {
  "loss-explodes": withLoop([...canonical]),
  "nothing-moves": withLoop(["forward", "backward", "step", "zero_grad"]),
  "mean-or-sum": withLoop([
    "forward",
    { scale_loss: 4 },
    "backward",
    { do: "step", every: 4 },
    { do: "zero_grad", every: 4 },
  ]),
  "two-backwards": withLoop([
    "zero_grad",
    "forward",
    { do: "backward", retain_graph: true },
    "step",
  ]),
  "zeros-are-not-none": withLoop(["zero_grad", "forward", { do: "backward", every: 2 }, "step"]),
  "clipping-does-not-clip": withLoop([
    "zero_grad",
    "forward",
    "backward",
    { clip_grad_norm: 2 },
    "step",
  ]),
  "does-not-require-grad": withLoop([...canonical]),
  "only-a-warning": withLoop([...canonical, "scheduler_step"]),
  inherited: withLoop(["zero_grad", "forward", "backward", { clip_grad_norm: 2 }, "step"]),
  "layer-never-learns": withLoop([
    { do: "add_layer", at: 20 },
    { do: "add_param_group", at: 20, group: { params: ["4.weight", "4.bias"] } },
    ...canonical,
  ]),
  "swapped-head": withLoop([
    { do: "replace_layer", at: 20, layer: "2" },
    { do: "recreate_optimizer", at: 20 },
    ...canonical,
  ]),
  "frozen-layer-moves": withLoop([
    { do: "freeze", at: 40, params: ["0.weight", "0.bias"] },
    ...canonical,
  ]),
  "resume-does-not-resume": withLoop([
    { do: "save_state", at: 30 },
    { do: "recreate_optimizer", at: 30 },
    { do: "load_state", at: 30 },
    ...canonical,
  ]),
  "no-memory": withLoop([...canonical]),
  "twice-the-rate": withRun({ optimizer: { name: "SGD", lr: 0.2 } }),
  "until-step-100": withRun({ scheduler: { name: "StepLR", step_size: 100, gamma: 0.1 } }),
  "scheduler-does-nothing": withLoop([...canonical, "scheduler_step"]),
  "fell-asleep": withLoop([...canonical, { do: "scheduler_step", every: 10 }]),
  "lost-optimizer": withLoop([...canonical, "scheduler_step"]),
  "learns-nothing": withTask(({ data }) => ({ data: { ...data, shuffle_labels: false } })),
  "feature-in-thousands": withTask(({ data }) => ({
    data: { ...data, scale: 1 } as Task["data"],
  })),
  "softmax-twice": withTask(() => ({ loss: "cross_entropy" })),
  "all-units-alike": withTask(({ model }) => ({ model: { ...model, init: "pytorch" } })),
  "first-layers-stand-still": withTask(({ model }) => ({
    model: { ...model, activation: "tanh" },
  })),
};
