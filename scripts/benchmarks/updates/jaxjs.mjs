// SPDX-License-Identifier: MIT
/**
 * jax-js (wasm backend; one thread, because Node has no web workers) applying given gradients, the
 * whole update in one jit. A function of jax-js consumes its arguments; `.ref` keeps one. It queues
 * its work: a step is over when what it made is ready.
 */

import { blockUntilReady, init, jit, numpy as np } from "@jax-js/jax";
import { compete } from "./contest.mjs";

const LR = 1e-3;

const momentumStep = jit((value, velocity, grad) => {
  const next = velocity.mul(0.9).add(grad);
  return [value.sub(next.ref.mul(LR)), next];
});

function momentum(values, grad) {
  let [value, velocity] = [np.array(values), np.zeros([values.length])];
  const gradient = np.array(grad);
  return {
    values: () => value.ref.dataSync(),
    step() {
      [value, velocity] = momentumStep(value, velocity, gradient.ref);
      return blockUntilReady([value, velocity]);
    },
  };
}

const [BETA1, BETA2, EPS] = [0.9, 0.999, 1e-8];

const adamStep = jit((value, mean, square, grad, keep, stepSize, correction) => {
  const nextMean = mean.ref.add(grad.ref.sub(mean).mul(1 - BETA1));
  const nextSquare = square.mul(BETA2).add(grad.ref.mul(grad).mul(1 - BETA2));
  const denominator = np.sqrt(nextSquare.ref).div(correction).add(EPS);
  const step = nextMean.ref.mul(stepSize).div(denominator);
  return [value.mul(keep).sub(step), nextMean, nextSquare];
});

/** The step's scalars are arrays, or jit would trace anew at every step. */
const adam = (decay) => (values, grad) => {
  const zeros = () => np.zeros([values.length]);
  let [value, mean, square] = [np.array(values), zeros(), zeros()];
  const gradient = np.array(grad);
  let step = 0;
  return {
    values: () => value.ref.dataSync(),
    step() {
      step += 1;
      const scalars = [1 - LR * decay, LR / (1 - BETA1 ** step), Math.sqrt(1 - BETA2 ** step)];
      [value, mean, square] = adamStep(
        value,
        mean,
        square,
        gradient.ref,
        ...scalars.map((scalar) => np.array(scalar)),
      );
      return blockUntilReady([value, mean, square]);
    },
  };
};

await init("wasm");
await compete({ SGD: momentum, Adam: adam(0), AdamW: adam(0.01) });
