// SPDX-License-Identifier: MIT
/** What every instruction does, in a few words, for the menu that adds one. */

import {
  loopKinds,
  gradientKinds,
  modelKinds,
  optimizerKinds,
  type LineKind,
} from "./loop-lines.js";

export const lineNotes: Readonly<Record<LineKind, string>> = {
  zero_grad: "empties every .grad",
  forward: "computes the loss, and the graph that backward needs",
  backward: "adds the gradients of the loss to every .grad",
  step: "moves the parameters by what .grad says",
  scheduler_step: "moves the learning rate on",
  clip_grad_norm: "shortens the gradient to a largest norm",
  clip_grad_value: "cuts every element of the gradient",
  scale_loss: "divides the loss, as accumulating over k batches needs",
  detach: "cuts the loss off from its graph",
  freeze: "requires_grad = False: no more gradients",
  unfreeze: "requires_grad = True: gradients again",
  add_layer: "more parameters, which no optimizer has yet",
  replace_layer: "new parameters under the old names",
  add_param_group: "gives parameters to the optimizer",
  recreate_optimizer: "a new optimizer, with nothing in its state",
  save_state: "keeps a copy of model and optimizer",
  load_state: "goes back to the copy that was saved",
};

export const lineGroups: readonly {
  readonly title: string;
  readonly kinds: readonly LineKind[];
}[] = [
  { title: "The loop", kinds: loopKinds },
  { title: "Gradients and loss", kinds: gradientKinds },
  { title: "The model", kinds: modelKinds },
  { title: "The optimizer", kinds: optimizerKinds },
];
