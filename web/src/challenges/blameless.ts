// SPDX-License-Identifier: MIT
/** Challenges in which the optimizer does what it can: the data, the loss or the model are at fault. */

import { broken, moons, topic } from "./challenge.js";

export const blamelessChallenges = topic("Not the optimizer’s fault", [
  {
    id: "learns-nothing",
    title: "It learns nothing",
    difficulty: "gentle",
    story:
      "Two moons, the easiest data there are, and the test accuracy is that of a coin. I have tried SGD, Adam, large rates and small ones. I also tidied up the loading of the data last week, but that cannot be it.",
    experiment: broken(
      { optimizer: { name: "Adam", lr: 0.05 } },
      {
        ...moons,
        data: { name: "moons", samples: 400, noise: 0.15, seed: 1, shuffle_labels: true },
      },
      200,
    ),
    mayChange: ["optimizer", "labels"],
    goal: [{ kind: "accuracy", least: 0.95 }],
    hints: [
      "Look at the picture: could you draw the line yourself?",
      "If no optimizer gets better than chance, it is not about how to step. What is it about?",
    ],
    par: 1,
    moral:
      "When no optimizer and no rate beats chance, look at the data. No way of stepping finds what is not there.",
  },
  {
    id: "feature-in-thousands",
    title: "One feature in the thousands",
    difficulty: "middling",
    story:
      "One column is in metres, the other, new since yesterday, in millimetres. It is the same information, so it should not matter. But since then the test accuracy stays at 82 %, however long I train.",
    experiment: broken(
      { optimizer: { name: "SGD", lr: 0.1 } },
      { ...moons, data: { name: "moons", samples: 400, noise: 0.15, seed: 1, scale: 1000 } },
      300,
    ),
    mayChange: ["learning rate", "feature scale"],
    goal: [
      { kind: "loss", below: 0.4 },
      { kind: "accuracy", least: 0.86 },
    ],
    hints: [
      "How large are the gradients of the weights that belong to the second feature, and how large those of the first?",
      "One rate must serve both. What suits the one is too much, or far too little, for the other.",
      "A tanh that gets 1000 instead of 1 has no slope left.",
    ],
    par: 1,
    moral:
      "A large feature saturates every unit that it reaches and leaves the small one no say. Scaling the inputs is not cosmetics: it decides what can be learnt.",
  },
  {
    id: "softmax-twice",
    title: "The loss stops at 0.31",
    difficulty: "middling",
    story:
      "The model ends in a softmax, because I want probabilities; then CrossEntropyLoss. It classifies quite well, but the loss comes down to some 0.4 and never below 0.3133, whatever I do.",
    experiment: broken(
      { optimizer: { name: "Adam", lr: 0.05 } },
      { ...moons, loss: "cross_entropy_of_softmax" },
      300,
    ),
    mayChange: ["optimizer", "loss function"],
    goal: [{ kind: "loss", below: 0.2 }],
    hints: [
      "0.3133 is log(1 + exp(−1)). Which scores give exactly that?",
      "Look up what CrossEntropyLoss expects: probabilities, or something else?",
    ],
    par: 1,
    moral:
      "CrossEntropyLoss takes scores and has a softmax of its own. Fed with probabilities, its scores differ by one at most, and log(1 + exp(−1)) is as low as it can go.",
  },
  {
    id: "all-units-alike",
    title: "All units alike",
    difficulty: "middling",
    story:
      "For the sake of reproducibility all weights start at 1. Eight hidden units, but the boundary is that of a model with a single one, and so is the accuracy.",
    experiment: broken(
      { optimizer: { name: "Adam", lr: 0.05 } },
      { ...moons, model: { hidden: [8], activation: "tanh", init: "ones" } },
      300,
    ),
    mayChange: ["optimizer", "initialisation"],
    goal: [
      { kind: "loss", below: 0.2 },
      { kind: "accuracy", least: 0.95 },
    ],
    hints: [
      "Compare the rows of 0.weight at any step.",
      "Units that start alike get the same gradient. What could ever make them differ?",
    ],
    par: 1,
    moral:
      "Units that start alike get the same gradients and stay alike: eight of them are one. Random numbers are there to tell them apart.",
  },
  {
    id: "first-layers-stand-still",
    title: "The first layers stand still",
    difficulty: "middling",
    story:
      "Five hidden layers should beat one. The last layer learns the share of the classes in no time, and that is that: the first layers hardly change, and the loss stays at log 2.",
    experiment: broken(
      { optimizer: { name: "SGD", lr: 0.5 } },
      { ...moons, model: { hidden: [8, 8, 8, 8, 8], activation: "sigmoid" } },
      400,
    ),
    mayChange: ["learning rate", "activation"],
    goal: [{ kind: "accuracy", least: 0.95 }],
    hints: [
      "Compare the norms of the gradients, layer by layer, from the last to the first.",
      "Every layer multiplies the gradient by the slope of its activation. How large can that of a sigmoid be?",
      "A quarter, five times over. Others have a slope of one.",
    ],
    par: 1,
    moral:
      "The gradient of the first layer is a product of the slopes of all layers above. A sigmoid's slope is a quarter at most, so five of them leave a thousandth.",
  },
]);
