// SPDX-License-Identifier: MIT
/** The mistakes that a training loop can hold, one at a time, and the orders that only look like mistakes. */

import type { Experiment, Loop, Optimizer, Problem, Run, Task } from "./experiment.generated.js";
import { valley, type Preset } from "./preset.js";

const gentleMomentum: Optimizer = { name: "SGD", lr: 0.02, momentum: 0.2 };
const plain: Optimizer = { name: "SGD", lr: 0.02 };
const off = { enabled: false } as const;
const everyFourth: Loop = [
  { do: "step", every: 4 },
  { do: "zero_grad", every: 4 },
];
const dividedByFour: Loop = ["forward", { scale_loss: 4 }, "backward", ...everyFourth];
const canonical: Loop = ["zero_grad", "forward", "backward", "step"];

/** The learner's loop and, beside it, the one that PyTorch's tutorials teach. */
function besideCanonical(
  loop: Loop,
  optimizer: Optimizer = gentleMomentum,
  problem: Problem = valley,
  steps = 60,
): Experiment {
  return {
    version: 1,
    seed: 7,
    steps,
    problem,
    runs: [
      { label: "your loop", optimizer, loop },
      { label: "canonical", optimizer },
    ],
  };
}

/** A run on its own: its loop is right, or there is nothing to set beside it. */
function alone(run: Run, problem: Problem = valley, steps = 60): Experiment {
  return { version: 1, seed: 7, steps, problem, runs: [{ label: "your run", ...run }] };
}

const moons: Task = {
  kind: "task",
  data: { name: "moons", samples: 400, noise: 0.15, seed: 1 },
  model: { hidden: [8], activation: "tanh" },
  batch_size: 32,
};

function topic(title: string, presets: readonly Omit<Preset, "view" | "topic">[]): Preset[] {
  return presets.map((preset) => ({ ...preset, view: "loop", topic: title }));
}

const gradients = topic("Gradients: cleared, kept, piled up", [
  {
    id: "lost-zero-grad",
    title: "A lost zero_grad",
    text: "Gradients pile up, and the path swings ever wider.",
    experiment: besideCanonical([{ do: "zero_grad", ...off }, "forward", "backward", "step"]),
  },
  {
    id: "zero-grad-last",
    title: "zero_grad at the end",
    text: "A different order, and the same numbers to the last bit.",
    experiment: besideCanonical(["forward", "backward", "step", "zero_grad"]),
  },
  {
    id: "zero-grad-before-step",
    title: "Cleared before it is used",
    text: "step finds every .grad None, and skips every parameter without a word.",
    experiment: besideCanonical(["forward", "backward", "zero_grad", "step"]),
  },
  {
    id: "accumulate-four",
    title: "One step for every four batches",
    text: "Accumulating on purpose, but the loss is not divided: each step is four times as long.",
    experiment: {
      ...alone({ optimizer: plain }),
      runs: [
        { label: "your loop", optimizer: plain, loop: ["forward", "backward", ...everyFourth] },
        { label: "loss / 4", optimizer: plain, loop: dividedByFour },
      ],
    },
  },
  {
    id: "accumulate-divided",
    title: "Accumulating as it should be",
    text: "With loss / 4 the four small batches are one big one.",
    experiment: alone({ optimizer: { name: "SGD", lr: 0.1 }, loop: dividedByFour }, moons, 120),
  },
  {
    id: "none-is-not-zero",
    title: "None is not zero",
    text: "A gradient of zeros is still a step: weight decay pulls; None would be skipped.",
    experiment: besideCanonical(
      ["forward", "backward", { do: "zero_grad", set_to_none: false }, "step"],
      { name: "SGD", lr: 0.02, weight_decay: 1 },
    ),
  },
]);

const order = topic("The order of the lines", [
  {
    id: "step-before-backward",
    title: "step before backward",
    text: "The optimizer finds .grad is None every time, so nothing ever moves.",
    experiment: besideCanonical(["zero_grad", "forward", "step", "backward"]),
  },
  {
    id: "no-backward",
    title: "Nobody calls backward",
    text: "A loss is computed, and no gradient: stepping without gradients does nothing.",
    experiment: besideCanonical(["zero_grad", "forward", { do: "backward", ...off }, "step"]),
  },
  {
    id: "no-step",
    title: "backward alone",
    text: "Gradients exist but do nothing: without step no parameter ever changes.",
    experiment: besideCanonical(["zero_grad", "forward", "backward", { do: "step", ...off }]),
  },
  {
    id: "backward-twice",
    title: "backward twice",
    text: "PyTorch refuses: the graph is already gone.",
    experiment: besideCanonical(["zero_grad", "forward", "backward", "backward", "step"]),
  },
  {
    id: "backward-twice-retained",
    title: "backward twice, with leave",
    text: "retain_graph silences the error, and every gradient counts double.",
    experiment: besideCanonical([
      "zero_grad",
      "forward",
      { do: "backward", retain_graph: true },
      "backward",
      "step",
    ]),
  },
  {
    id: "two-steps",
    title: "Two steps for one gradient",
    text: "The second step uses a gradient of where the parameters no longer are.",
    experiment: besideCanonical(["zero_grad", "forward", "backward", "step", "step"]),
  },
  {
    id: "clip-too-late",
    title: "Clipped too late",
    text: "The gradient is shortened after step has used it.",
    experiment: besideCanonical(
      ["zero_grad", "forward", "backward", "step", { clip_grad_norm: 1 }],
      { name: "SGD", lr: 0.05 },
    ),
  },
  {
    id: "scheduler-first",
    title: "The scheduler goes first",
    text: "The first learning rate is skipped, and PyTorch only warns.",
    experiment: {
      ...besideCanonical(["zero_grad", "forward", "backward", "scheduler_step", "step"]),
      runs: [
        {
          label: "your loop",
          optimizer: { name: "SGD", lr: 0.2 },
          scheduler: { name: "ExponentialLR", gamma: 0.8 },
          loop: ["zero_grad", "forward", "backward", "scheduler_step", "step"],
        },
        {
          label: "canonical",
          optimizer: { name: "SGD", lr: 0.2 },
          scheduler: { name: "ExponentialLR", gamma: 0.8 },
          loop: [...canonical, "scheduler_step"],
        },
      ],
    },
  },
  {
    id: "no-grad",
    title: "A forward that nobody recorded",
    text: "Under no_grad the loss has no graph, and backward says so.",
    experiment: besideCanonical([
      "zero_grad",
      { do: "forward", no_grad: true },
      "backward",
      "step",
    ]),
  },
]);

const wiring = topic("Whom the optimizer trains", [
  {
    id: "frozen-but-moving",
    title: "Frozen, and still moving",
    text: "requires_grad is False from step 8 on, but momentum carries x along.",
    experiment: besideCanonical(
      [
        { do: "freeze", at: 8, params: ["x"] },
        { do: "zero_grad", set_to_none: false },
        "forward",
        "backward",
        "step",
      ],
      { name: "SGD", lr: 0.02, momentum: 0.9 },
    ),
  },
  {
    id: "new-parameters",
    title: "A new layer that nobody trains",
    text: "The optimizer was made before the layer: its parameters never move.",
    experiment: besideCanonical(
      [{ do: "add_layer", at: 20 }, ...canonical],
      { name: "Adam", lr: 0.01 },
      moons,
      120,
    ),
  },
  {
    id: "new-parameters-added",
    title: "A new layer, and a group for it",
    text: "add_param_group gives the optimizer what it lacked.",
    experiment: besideCanonical(
      [
        { do: "add_layer", at: 20 },
        {
          do: "add_param_group",
          at: 20,
          group: { params: ["4.weight", "4.bias"] },
        },
        ...canonical,
      ],
      { name: "Adam", lr: 0.01 },
      moons,
      120,
    ),
  },
  {
    id: "replaced-layer",
    title: "Training a layer that is gone",
    text: "The head was replaced; the optimizer still holds the old one.",
    experiment: besideCanonical(
      [{ do: "replace_layer", at: 20, layer: "2" }, ...canonical],
      { name: "Adam", lr: 0.01 },
      moons,
      120,
    ),
  },
  {
    id: "recreated-every-step",
    title: "A new optimizer every time",
    text: "Made inside the loop, it forgets its momentum before it has any.",
    experiment: besideCanonical(["recreate_optimizer", ...canonical], {
      name: "SGD",
      lr: 0.02,
      momentum: 0.9,
    }),
  },
]);

const rates = topic("The learning rate", [
  {
    id: "lr-too-large",
    title: "Past 2/λ",
    text: "The loop is right; the steps are too long for the steep side, and it explodes.",
    experiment: alone({ optimizer: { name: "SGD", lr: 0.252 } }),
  },
  {
    id: "lr-too-small",
    title: "Too small to see",
    text: "The loop is right; after sixty steps hardly anything has moved.",
    experiment: alone({ optimizer: { name: "SGD", lr: 0.00001 } }),
  },
  {
    id: "adam-too-small",
    title: "Adam is not magic",
    text: "A step of Adam is about lr long, whatever the gradient: a small lr stays small.",
    experiment: alone({ optimizer: { name: "Adam", lr: 0.0001 } }),
  },
]);

const blameless = topic("Not the optimizer’s fault", [
  {
    id: "poor-data",
    title: "Labels that say nothing",
    text: "Every point has the label of another: no optimizer finds what is not there.",
    experiment: alone(
      { optimizer: { name: "Adam", lr: 0.01 } },
      {
        ...moons,
        data: { name: "moons", samples: 400, noise: 0.15, seed: 1, shuffle_labels: true },
      },
      200,
    ),
  },
  {
    id: "unscaled",
    title: "One input in another unit",
    text: "A feature a hundred times as large makes a ravine of the loss.",
    experiment: alone(
      { optimizer: { name: "SGD", lr: 0.1 } },
      { ...moons, data: { name: "moons", samples: 400, noise: 0.15, seed: 1, scale: 100 } },
      200,
    ),
  },
  {
    id: "wrong-loss",
    title: "The wrong loss",
    text: "Mean squared error on classes: it falls, and says little of who is right.",
    experiment: alone(
      { optimizer: { name: "SGD", lr: 0.05 } },
      { ...moons, data: { name: "moons", samples: 400, noise: 0.1, seed: 1 }, loss: "mse" },
      200,
    ),
  },
  {
    id: "softmax-twice",
    title: "softmax, and once more",
    text: "CrossEntropyLoss has its own softmax: with two, the loss cannot come near zero.",
    experiment: alone(
      { optimizer: { name: "Adam", lr: 0.01 } },
      { ...moons, loss: "cross_entropy_of_softmax" },
      200,
    ),
  },
  {
    id: "all-alike",
    title: "All units alike",
    text: "Weights that start at one number stay one number: eight units learn as one.",
    experiment: alone(
      { optimizer: { name: "SGD", lr: 0.2 } },
      { ...moons, model: { hidden: [8], activation: "tanh", init: "ones" } },
      200,
    ),
  },
  {
    id: "too-simple",
    title: "A model that cannot",
    text: "A straight line between two rings: better steps do not bend it.",
    experiment: alone(
      { optimizer: { name: "Adam", lr: 0.05 } },
      {
        kind: "task",
        data: { name: "circles", samples: 400, noise: 0.08, seed: 1 },
        model: { hidden: [] },
        batch_size: 32,
      },
      200,
    ),
  },
]);

export const loopPresets: readonly Preset[] = [
  ...gradients,
  ...order,
  ...wiring,
  ...rates,
  ...blameless,
];
