// SPDX-License-Identifier: MIT
/** Challenges about gradients: when they are cleared, kept, added up, divided and cut short. */

import { valley } from "../experiment/preset.js";
import { broken, moons, topic } from "./challenge.js";

export const gradientChallenges = topic("Gradients", [
  {
    id: "loss-explodes",
    title: "This loss explodes",
    difficulty: "gentle",
    story:
      "I typed the loop from memory, with the learning rate from the tutorial. It starts well; then it swings wider and wider, and after sixty steps the loss has nine digits. A smaller rate only delays it.",
    experiment: broken({ optimizer: { name: "SGD", lr: 0.05, momentum: 0.5 } }, valley, 60, [
      "forward",
      "backward",
      "step",
    ]),
    mayChange: ["loop"],
    goal: [{ kind: "same" }, { kind: "loss", below: 0.001 }],
    hints: [
      "Step through the first three iterations line by line and watch the column grad.",
      "Compare what backward leaves in .grad with the slope at that point: from the second iteration on they are not the same.",
      "backward adds to .grad. Who takes away what was there before?",
    ],
    par: 1,
    moral:
      "backward adds to .grad; it is zero_grad that makes each step answer for one batch alone. Where in the loop it stands hardly matters, as long as it is not between backward and step.",
  },
  {
    id: "nothing-moves",
    title: "It runs, and nothing moves",
    difficulty: "gentle",
    story:
      "All four calls are there, nothing is raised, the loss is printed every step. It is the same number every time. I have already tried a learning rate of 100: no difference.",
    experiment: broken({ optimizer: { name: "Adam", lr: 0.05 } }, valley, 200, [
      "forward",
      "backward",
      "zero_grad",
      "step",
    ]),
    mayChange: ["loop"],
    goal: [{ kind: "same" }, { kind: "loss", below: 0.1 }],
    hints: [
      "Stop just before step() and read the table: which gradients does the optimizer get to see?",
      "A parameter whose .grad is None is skipped without a word.",
      "Everything that is needed is there. It is only in the wrong place.",
    ],
    par: 1,
    moral:
      "A parameter whose .grad is None is skipped, silently. The same four calls, one place on, are a training loop.",
  },
  {
    id: "mean-or-sum",
    title: "Mean or sum?",
    difficulty: "middling",
    story:
      "Batches of 128 no longer fit, so I take four of 32 and step after the fourth. The same model, the same data and the same learning rate; with the big batch it trained, and now it jumps about and ends far worse.",
    experiment: broken({ optimizer: { name: "SGD", lr: 3 } }, moons, 240, [
      "forward",
      "backward",
      { do: "step", every: 4 },
      { do: "zero_grad", every: 4 },
    ]),
    mayChange: ["loop"],
    keep: [{ words: "step() after every fourth batch", line: { kind: "step", every: 4 } }],
    goal: [{ kind: "same" }, { kind: "loss", below: 0.4 }],
    hints: [
      "How long is the gradient that step() uses, compared with that of a single batch?",
      "The loss of a batch of 128 is the mean over 128 samples. What do four losses of 32 add up to?",
      "Four means in a row are a sum of four; the big batch would have been their mean.",
    ],
    par: 1,
    moral:
      "Accumulated gradients are a sum. Dividing each loss by the number of batches makes them the mean that the big batch would have had.",
  },
  {
    id: "two-backwards",
    title: "PyTorch told me to",
    difficulty: "gentle",
    story:
      "It raised “Trying to backward through the graph a second time” and the message said to pass retain_graph=True, so I did. The error is gone, but with the learning rate that everyone else uses it now explodes.",
    experiment: broken({ optimizer: { name: "SGD", lr: 0.15 } }, valley, 60, [
      "zero_grad",
      "forward",
      { do: "backward", retain_graph: true },
      "backward",
      "step",
    ]),
    mayChange: ["loop"],
    goal: [{ kind: "same" }, { kind: "loss", below: 0.001 }],
    hints: [
      "The message was right that the graph was gone. Was it right that you need it again?",
      "Follow .grad over the lines of one iteration: it has one value after the third line and another after the fourth.",
    ],
    par: 1,
    moral:
      "retain_graph=True answers the error and not the question. Two calls add the same gradient twice, which for plain SGD is twice the learning rate.",
  },
  {
    id: "zeros-are-not-none",
    title: "Zeros are not None",
    difficulty: "tricky",
    story:
      "To save time I call backward in every second batch only. In the batches between there is no gradient, so step() has nothing to do. But the weights move in those batches too: a little towards zero, every time.",
    experiment: broken({ optimizer: { name: "SGD", lr: 0.05, weight_decay: 1 } }, valley, 60, [
      { do: "zero_grad", set_to_none: false },
      "forward",
      { do: "backward", every: 2 },
      "step",
    ]),
    mayChange: ["loop"],
    keep: [{ words: "Backward in every second batch", line: { kind: "backward", every: 2 } }],
    goal: [
      { kind: "moved", parameter: "x", moved: false, from: 20, to: 21 },
      { kind: "moved", parameter: "x", moved: true, from: 21, to: 22 },
      { kind: "loss", below: 0.1 },
    ],
    hints: [
      "Go to step 20 and look at .grad before step(): is there really no gradient?",
      "Weight decay is added to whatever gradient there is. When is a parameter left alone altogether?",
      "Either there is nothing in .grad, or nobody calls step() in that batch.",
    ],
    par: 1,
    moral:
      "To step() a gradient of zeros is a gradient: decay and momentum still act. None means: leave this parameter alone.",
  },
  {
    id: "clipping-does-not-clip",
    title: "Clipping that does not clip",
    difficulty: "gentle",
    story:
      "There is a cliff in this loss, so I clip the norm of the gradient at 2. It is still thrown right across the valley. I printed the norm after clip_grad_norm_: it is 2, exactly as it should be.",
    experiment: broken(
      { optimizer: { name: "SGD", lr: 0.1 } },
      { kind: "surface", name: "cliff", view: [-8, 3, -3, 3] },
      80,
      ["zero_grad", "forward", "backward", "step", { clip_grad_norm: 2 }],
    ),
    mayChange: ["loop"],
    keep: [{ words: "Clipping at 2", line: { kind: "clip_grad_norm", limit: 2 } }],
    goal: [{ kind: "same" }, { kind: "loss", below: 0.1 }],
    hints: [
      "Who reads the gradient after it was clipped?",
      "Follow the norm of .grad through one iteration, and note what it is when step() runs.",
    ],
    par: 1,
    moral:
      "Clipping changes .grad, and step() reads .grad. Clipped after the step, the gradient is short when nobody needs it any more.",
  },
]);
