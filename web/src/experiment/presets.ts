// SPDX-License-Identifier: MIT
/** Experiments worth opening first. Each one has a point, and its text says which. */

import type { ViewName } from "../elements/mounted-view.js";
import type { Loop } from "./experiment.generated.js";
import { loopPresets } from "./loop-presets.js";
import { valley, type Preset } from "./preset.js";

export type { Preset };

const scheduledLoop: Loop = ["zero_grad", "forward", "backward", "step", "scheduler_step"];

export const presets: readonly Preset[] = [
  ...loopPresets,
  {
    id: "rosenbrock",
    view: "race",
    topic: "Races",
    title: "Four through Rosenbrock's valley",
    text: "Entering the valley is easy; following its bend is not.",
    experiment: {
      version: 1,
      seed: 7,
      steps: 600,
      problem: { kind: "surface", name: "rosenbrock" },
      runs: [
        { label: "SGD", optimizer: { name: "SGD", lr: 0.001 } },
        { label: "momentum", optimizer: { name: "SGD", lr: 0.001, momentum: 0.9 } },
        { label: "RMSprop", optimizer: { name: "RMSprop", lr: 0.01 } },
        { label: "Adam", optimizer: { name: "Adam", lr: 0.05 } },
      ],
    },
  },
  {
    id: "learning-rates",
    view: "race",
    topic: "Races",
    title: "One optimizer, four learning rates",
    text: "Too small crawls, too large swings, past 2/λ it leaves the picture.",
    experiment: {
      version: 1,
      steps: 80,
      problem: valley,
      runs: [0.01, 0.1, 0.24, 0.252].map((lr) => ({
        label: `lr ${lr}`,
        optimizer: { name: "SGD", lr },
      })),
    },
  },
  {
    id: "momentum",
    view: "race",
    topic: "Races",
    title: "What momentum buys",
    text: "In a narrow bowl the plain step is held back by the steep side.",
    experiment: {
      version: 1,
      steps: 120,
      problem: { kind: "surface", name: "valley" },
      runs: [
        { label: "no momentum", optimizer: { name: "SGD", lr: 0.01 } },
        { label: "momentum 0.9", optimizer: { name: "SGD", lr: 0.01, momentum: 0.9 } },
        {
          label: "Nesterov 0.9",
          optimizer: { name: "SGD", lr: 0.01, momentum: 0.9, nesterov: true },
        },
      ],
    },
  },
  {
    id: "cliff",
    view: "race",
    topic: "Races",
    title: "Off the cliff",
    text: "One enormous gradient throws the step across the valley, unless its norm is clipped.",
    experiment: {
      version: 1,
      steps: 80,
      problem: { kind: "surface", name: "cliff", view: [-8, 3, -3, 3] },
      runs: [
        { label: "unclipped", optimizer: { name: "SGD", lr: 0.1 } },
        {
          label: "clipped",
          optimizer: { name: "SGD", lr: 0.1 },
          loop: ["zero_grad", "forward", "backward", { clip_grad_norm: 2 }, "step"],
        },
      ],
    },
  },
  {
    id: "himmelblau",
    view: "race",
    topic: "Races",
    title: "Four minima, one start",
    text: "All are equally good; which one is found depends on who is looking.",
    experiment: {
      version: 1,
      steps: 120,
      problem: { kind: "surface", name: "himmelblau" },
      runs: [
        { label: "SGD", optimizer: { name: "SGD", lr: 0.01 } },
        { label: "momentum", optimizer: { name: "SGD", lr: 0.01, momentum: 0.9 } },
        { label: "Adam", optimizer: { name: "Adam", lr: 0.3 } },
      ],
    },
  },
  {
    id: "schedules",
    view: "race",
    topic: "Races",
    title: "Three schedules for one rate",
    text: "At a kink a constant rate bounces for ever; a falling one settles.",
    experiment: {
      version: 1,
      steps: 120,
      problem: { kind: "surface", name: "kink" },
      runs: [
        { label: "constant", optimizer: { name: "SGD", lr: 0.1 } },
        {
          label: "StepLR",
          optimizer: { name: "SGD", lr: 0.1 },
          scheduler: { name: "StepLR", step_size: 30, gamma: 0.3 },
          loop: scheduledLoop,
        },
        {
          label: "cosine",
          optimizer: { name: "SGD", lr: 0.1 },
          scheduler: { name: "CosineAnnealingLR", T_max: 120 },
          loop: scheduledLoop,
        },
      ],
    },
  },
  {
    id: "moons",
    view: "train",
    topic: "Models to train",
    title: "Two moons",
    text: "A small network bends its boundary between them.",
    experiment: {
      version: 1,
      seed: 7,
      steps: 600,
      problem: {
        kind: "task",
        data: { name: "moons", samples: 400, noise: 0.15, seed: 1 },
        model: { hidden: [16, 16], activation: "tanh" },
        batch_size: 32,
      },
      runs: [{ label: "Adam", optimizer: { name: "Adam", lr: 0.01 } }],
    },
  },
  {
    id: "linear-circles",
    view: "train",
    topic: "Models to train",
    title: "A straight line cannot do it",
    text: "No hidden layer, and rings to part: no optimizer mends the wrong model.",
    experiment: {
      version: 1,
      seed: 7,
      steps: 300,
      problem: {
        kind: "task",
        data: { name: "circles", samples: 400, noise: 0.08, seed: 1 },
        model: { hidden: [] },
        batch_size: 32,
      },
      runs: [{ label: "Adam", optimizer: { name: "Adam", lr: 0.05 } }],
    },
  },
  {
    id: "spirals",
    view: "train",
    topic: "Models to train",
    title: "Two spirals",
    text: "Hard for a small network: watch Adam and SGD part.",
    experiment: {
      version: 1,
      seed: 7,
      steps: 2000,
      problem: {
        kind: "task",
        data: { name: "spirals", samples: 600, noise: 0.05, seed: 1 },
        model: { hidden: [32, 32], activation: "tanh" },
        batch_size: 64,
      },
      runs: [
        { label: "Adam", optimizer: { name: "Adam", lr: 0.01 } },
        { label: "SGD", optimizer: { name: "SGD", lr: 0.1 } },
      ],
    },
  },
  {
    id: "digits",
    view: "train",
    topic: "Models to train",
    title: "Handwritten digits",
    text: "1,797 real images; past 95\u00a0% on those it never saw.",
    experiment: {
      version: 1,
      seed: 7,
      steps: 700,
      problem: {
        kind: "task",
        data: { name: "digits" },
        model: { hidden: [64, 32], activation: "relu" },
        batch_size: 64,
      },
      runs: [{ label: "Adam", optimizer: { name: "Adam", lr: 0.001 } }],
    },
  },
];

/** The preset that a view opens with. */
export function firstPreset(view: ViewName): Preset {
  return presets.find((preset) => preset.view === view)!;
}
