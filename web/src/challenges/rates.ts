// SPDX-License-Identifier: MIT
/** Challenges about the learning rate and its schedule. */

import { valley } from "../experiment/preset.js";
import { broken, moons, topic } from "./challenge.js";

export const rateChallenges = topic("The learning rate", [
  {
    id: "twice-the-rate",
    title: "Same loop, twice the learning rate: why?",
    difficulty: "gentle",
    story:
      "With 0.13 it came down nicely but was still on its way after forty steps, so I doubled the rate. I expected twice as fast. It explodes, and only along y; x is fine.",
    experiment: broken({ optimizer: { name: "SGD", lr: 0.26 } }, valley, 40),
    mayChange: ["learning rate"],
    goal: [{ kind: "loss", below: 0.00001 }, { kind: "clean" }],
    hints: [
      "Each step multiplies the distance along an axis by 1 − lr · curvature. The loss is 0.5 x² + 4 y².",
      "The curvature along y is 8. For which rates is |1 − 8 lr| less than one?",
      "Half of it was too slow and all of it is too much. There is some room between.",
    ],
    par: 1,
    moral:
      "On a quadratic every direction has its own limit, 2 / curvature. Past it each step overshoots by more than it came from, however gentle all the other directions are.",
  },
  {
    id: "until-step-100",
    title: "It worked until step 100",
    difficulty: "middling",
    story:
      "Down into the valley and along its floor, a hundred steps without a fault. Then, within ten more, the loss is infinite; and always at exactly that step. Nobody touches the loop, and there is nothing random in it.",
    experiment: broken(
      {
        optimizer: { name: "SGD", lr: 0.001 },
        scheduler: { name: "StepLR", step_size: 100, gamma: 10 },
      },
      { kind: "surface", name: "rosenbrock" },
      200,
      ["zero_grad", "forward", "backward", "step", "scheduler_step"],
    ),
    mayChange: ["schedule"],
    goal: [{ kind: "loss", below: 5.59 }, { kind: "clean" }],
    hints: [
      "What changes by itself during a run? Read the learning rate at steps 99 and 101.",
      "Every step_size steps the new rate is the old one times gamma. Times, not divided by.",
    ],
    par: 1,
    moral:
      "gamma multiplies. What was meant as a tenth was ten times as much, and past 2 / curvature no loop survives.",
  },
  {
    id: "scheduler-does-nothing",
    title: "The scheduler does nothing",
    difficulty: "gentle",
    story:
      "The loss has a kink, and a constant rate bounces over it for ever; so I made an ExponentialLR. It bounces on exactly as before. print(scheduler.gamma) says 0.97, so it is there.",
    experiment: broken(
      {
        optimizer: { name: "SGD", lr: 0.1 },
        scheduler: { name: "ExponentialLR", gamma: 0.97 },
      },
      { kind: "surface", name: "kink" },
      120,
      ["zero_grad", "forward", "backward", "step"],
    ),
    mayChange: ["loop"],
    goal: [{ kind: "same" }, { kind: "loss", below: 0.05 }],
    hints: [
      "Read the learning rate at the first step and at the last.",
      "A scheduler does not know that time passes, unless it is told.",
    ],
    par: 1,
    moral: "A scheduler acts when its step() is called, and only then.",
  },
  {
    id: "fell-asleep",
    title: "It learns, and then falls asleep",
    difficulty: "middling",
    story:
      "The paper divides the rate by ten every ten epochs, and so do I: StepLR(step_size=10, gamma=0.1). For a moment it learns as in the paper. Then the curve goes flat for good, long before the first ten epochs are over.",
    experiment: broken(
      {
        optimizer: { name: "Adam", lr: 0.1 },
        scheduler: { name: "StepLR", step_size: 10, gamma: 0.1 },
      },
      moons,
      200,
      ["zero_grad", "forward", "backward", "step", "scheduler_step"],
    ),
    mayChange: ["loop"],
    keep: [{ words: "The scheduler", line: { kind: "scheduler_step" } }],
    goal: [
      { kind: "loss", below: 0.15 },
      { kind: "accuracy", least: 0.95 },
    ],
    hints: [
      "There are 320 training samples in batches of 32. How many iterations are an epoch?",
      "What is the learning rate at step 50? And how many epochs is that?",
      "The scheduler counts its own steps and calls them epochs. How often should it be told?",
    ],
    par: 1,
    moral:
      "A scheduler's epoch is one call of its step(). Called for every batch, ten epochs were over after a single pass through the data.",
  },
  {
    id: "lost-optimizer",
    title: "A scheduler and its old optimizer",
    difficulty: "tricky",
    story:
      "After ten steps of warm-up I start over with a clean optimizer. The scheduler goes on, its get_last_lr() falls as it should. The rate that is really used does not fall at all.",
    experiment: broken(
      {
        optimizer: { name: "SGD", lr: 0.1 },
        scheduler: { name: "ExponentialLR", gamma: 0.97 },
      },
      { kind: "surface", name: "kink" },
      120,
      [
        { do: "recreate_optimizer", at: 10 },
        "zero_grad",
        "forward",
        "backward",
        "step",
        "scheduler_step",
      ],
    ),
    mayChange: ["loop"],
    goal: [{ kind: "loss", below: 0.05 }],
    hints: [
      "Watch the learning rate in iterations 9, 10 and 11.",
      "A scheduler holds the optimizer that it was made with. Whose rate does it lower?",
      "What is clean about an optimizer that has no momentum and no moments? Was there anything to clean?",
    ],
    par: 1,
    moral:
      "A scheduler keeps the optimizer that it was made with. Exchange the optimizer, and the scheduler lowers the rate of one that nobody steps.",
  },
]);
