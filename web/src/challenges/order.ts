// SPDX-License-Identifier: MIT
/** Challenges about lines that are in one another's way. */

import { valley } from "../experiment/preset.js";
import { broken, moons, topic } from "./challenge.js";

export const orderChallenges = topic("The order of the lines", [
  {
    id: "does-not-require-grad",
    title: "Element 0 of tensors does not require grad",
    difficulty: "gentle",
    story:
      "I wanted to print the loss without keeping the graph alive, which is what detach() is for. Now backward raises an error, although every parameter has requires_grad=True.",
    experiment: broken({ optimizer: { name: "SGD", lr: 0.2 } }, moons, 200, [
      "zero_grad",
      "forward",
      "detach",
      "backward",
      "step",
    ]),
    mayChange: ["loop"],
    goal: [{ kind: "same" }, { kind: "loss", below: 0.4 }],
    hints: [
      "Not the parameters are at fault: which tensor is backward called on?",
      "backward needs the way from the loss back to the parameters. Which line cuts it?",
    ],
    par: 1,
    moral:
      "detach() gives a tensor without a history, and then there is no way back to the parameters. To print a loss, loss.item() is enough and harms nothing.",
  },
  {
    id: "only-a-warning",
    title: "It is only a warning",
    difficulty: "gentle",
    story:
      "PyTorch warns “Detected call of `lr_scheduler.step()` before `optimizer.step()`”, but it trains. With the same seed as my colleague I never get her numbers, though: I am a little off from the first step on.",
    experiment: broken(
      { optimizer: { name: "SGD", lr: 0.2 }, scheduler: { name: "ExponentialLR", gamma: 0.8 } },
      valley,
      60,
      ["zero_grad", "forward", "backward", "scheduler_step", "step"],
    ),
    mayChange: ["loop"],
    keep: [{ words: "The scheduler", line: { kind: "scheduler_step" } }],
    goal: [{ kind: "same" }],
    hints: [
      "Which learning rate does the first step() use, and which one did the optimizer get?",
      "The warning says what is wrong, word for word.",
    ],
    par: 1,
    moral:
      "The scheduler had lowered the rate before it was ever used: the whole schedule ran one step early. PyTorch only warns, because it cannot know what you meant.",
  },
  {
    id: "inherited",
    title: "Inherited from someone who left",
    difficulty: "tricky",
    story:
      "This was in the repository when I came. It has every call that a training loop should have, and it even clips. It does not train, and nobody dares to touch it.",
    experiment: broken(
      { optimizer: { name: "SGD", lr: 0.02, momentum: 0.9 } },
      { kind: "surface", name: "cliff", view: [-8, 3, -3, 3] },
      160,
      [
        "zero_grad",
        { clip_grad_norm: 2 },
        "forward",
        "step",
        { do: "backward", retain_graph: true },
        "backward",
      ],
    ),
    mayChange: ["loop"],
    goal: [{ kind: "same" }, { kind: "loss", below: 0.01 }, { kind: "clean" }],
    hints: [
      "More than one thing is wrong. Take the lines one by one: what does each need, and who provides it?",
      "Clipping and step both read .grad. What is in it when their turn comes?",
      "One line has no business here at all.",
    ],
    par: 3,
    moral:
      "Every line depends on what the one before it left behind: backward needs a loss, clipping and step need gradients, and each of them once.",
  },
]);
