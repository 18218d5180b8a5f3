// SPDX-License-Identifier: MIT
/** Challenges about what the optimizer keeps, whom it trains, and what happens when either is exchanged. */

import { valley } from "../experiment/preset.js";
import { broken, moons, topic } from "./challenge.js";

export const stateChallenges = topic("Whom the optimizer trains, and what it remembers", [
  {
    id: "layer-never-learns",
    title: "This layer never learns",
    difficulty: "middling",
    story:
      "At step 20 I make the model deeper by a layer. Training goes on without an error. But the new layer's weights at the end are exactly those that it was born with.",
    experiment: broken({ optimizer: { name: "Adam", lr: 0.05 } }, moons, 240, [
      { do: "add_layer", at: 20 },
      "zero_grad",
      "forward",
      "backward",
      "step",
    ]),
    mayChange: ["loop"],
    keep: [{ words: "The new layer at step 20", line: { kind: "add_layer", at: 20 } }],
    goal: [
      { kind: "moved", parameter: "4.weight", moved: true, from: 21 },
      { kind: "moved", parameter: "4.bias", moved: true, from: 21 },
      { kind: "accuracy", least: 0.95 },
    ],
    hints: [
      "Go to step 21 and open Wiring. Which optimizer has the new parameters?",
      "The list of parameters was handed over when the optimizer was made, and the layer is younger.",
      "Either the optimizer learns of the new parameters, or there is a new optimizer that knows them all.",
    ],
    par: 1,
    moral:
      "An optimizer trains the parameters that it was given, and no others. Those that come later need add_param_group, or a new optimizer.",
  },
  {
    id: "swapped-head",
    title: "The head that was swapped",
    difficulty: "tricky",
    story:
      "Before fine-tuning I give the model a fresh output layer. The optimizer still has all four parameters, I counted them. Yet the layer that the model uses does not change.",
    experiment: broken({ optimizer: { name: "Adam", lr: 0.1 } }, moons, 200, [
      { do: "replace_layer", at: 20, layer: "2" },
      "zero_grad",
      "forward",
      "backward",
      "step",
    ]),
    mayChange: ["loop"],
    keep: [{ words: "The new head at step 20", line: { kind: "replace_layer", at: 20 } }],
    goal: [
      { kind: "moved", parameter: "2.weight", moved: true, from: 21 },
      { kind: "accuracy", least: 0.95 },
    ],
    hints: [
      "Two tensors can have one name. Wiring shows which of them the optimizer holds at step 21.",
      "The optimizer does not know names, only objects; it still trains the layer that was thrown away.",
      "After the exchange something has to be made anew, so that it holds what the model holds.",
    ],
    par: 1,
    moral:
      "The optimizer holds objects, not names. After a layer was replaced it went on training the old one, which nobody uses.",
  },
  {
    id: "frozen-layer-moves",
    title: "The frozen layer moves",
    difficulty: "tricky",
    story:
      "From step 40 on the first layer is frozen: requires_grad is False, and no gradient arrives, I checked. All the same its weights drift on for dozens of steps, like a ship with the engine off.",
    experiment: broken({ optimizer: { name: "SGD", lr: 0.05, momentum: 0.9 } }, moons, 160, [
      { do: "freeze", at: 40, params: ["0.weight", "0.bias"] },
      { do: "zero_grad", set_to_none: false },
      "forward",
      "backward",
      "step",
    ]),
    mayChange: ["loop"],
    keep: [{ words: "Freezing at step 40", line: { kind: "freeze", at: 40 } }],
    goal: [
      { kind: "moved", parameter: "0.weight", moved: false, from: 40 },
      { kind: "moved", parameter: "0.bias", moved: false, from: 40 },
      { kind: "accuracy", least: 0.85 },
    ],
    hints: [
      "Look at .grad of 0.weight at step 41. What stands there, and what would stand there if there were none?",
      "With momentum a gradient of zero is still a step: the buffer carries it.",
      "step() skips a parameter in one case only. One of your lines keeps that case from arising.",
    ],
    par: 1,
    moral:
      "requires_grad=False stops new gradients, not the optimizer. As long as .grad holds zeros, momentum carries the weights on; with None they are skipped.",
  },
  {
    id: "resume-does-not-resume",
    title: "Resume does not resume",
    difficulty: "tricky",
    story:
      "At step 30 the job is stopped and comes back: the state is saved, the optimizer is made anew, the state is loaded. After that the path is not the one of a job that was never stopped, though I do restore everything.",
    experiment: broken({ optimizer: { name: "SGD", lr: 0.02, momentum: 0.9 } }, valley, 80, [
      { do: "save_state", at: 30 },
      { do: "load_state", at: 30 },
      { do: "recreate_optimizer", at: 30 },
      "zero_grad",
      "forward",
      "backward",
      "step",
    ]),
    mayChange: ["loop"],
    keep: [{ words: "The new optimizer at step 30", line: { kind: "recreate_optimizer", at: 30 } }],
    goal: [
      {
        kind: "like",
        loop: ["zero_grad", "forward", "backward", "step"],
        words: "a job that was never stopped",
      },
    ],
    hints: [
      "Step line by line through iteration 30 and watch momentum_buffer in the table.",
      "The state is restored, and then it is gone again.",
      "Which of the three lines works on an optimizer that is about to be thrown away?",
    ],
    par: 1,
    moral:
      "load_state_dict fills the optimizer that there is. Made anew afterwards, it begins without its momentum; so first make it, then load.",
  },
  {
    id: "no-memory",
    title: "Momentum without memory",
    difficulty: "gentle",
    story:
      "I put everything that one step needs into one function, so that the loop is tidy. It works, but momentum 0.9 makes no difference at all: the path is that of plain SGD, to the last digit.",
    experiment: broken({ optimizer: { name: "SGD", lr: 0.02, momentum: 0.9 } }, valley, 80, [
      "recreate_optimizer",
      "zero_grad",
      "forward",
      "backward",
      "step",
    ]),
    mayChange: ["loop"],
    goal: [{ kind: "same" }, { kind: "loss", below: 0.1 }],
    hints: [
      "Where does momentum keep what it remembers? Watch the table over two iterations.",
      "Count how many optimizers this job has made by step 80.",
    ],
    par: 1,
    moral:
      "What an optimizer remembers lives in the optimizer. Whoever makes a new one for every step has paid for momentum and gets plain SGD.",
  },
]);
