// SPDX-License-Identifier: MIT
/** The updates as one writes them by hand in JavaScript: a loop over Float32Arrays. */

import { compete } from "./contest.mjs";

const LR = 1e-3;

function momentum(values, grad) {
  const velocity = new Float32Array(values.length);
  return {
    values: () => values,
    step() {
      for (let i = 0; i < values.length; ++i) {
        velocity[i] = 0.9 * velocity[i] + grad[i];
        values[i] -= LR * velocity[i];
      }
    },
  };
}

const adam = (decay) => (values, grad) => {
  const [beta1, beta2, eps] = [0.9, 0.999, 1e-8];
  const mean = new Float32Array(values.length);
  const square = new Float32Array(values.length);
  let step = 0;
  return {
    values: () => values,
    step() {
      step += 1;
      const stepSize = LR / (1 - beta1 ** step);
      const correction = Math.sqrt(1 - beta2 ** step);
      const keep = 1 - LR * decay;
      for (let i = 0; i < values.length; ++i) {
        const g = grad[i];
        mean[i] += (1 - beta1) * (g - mean[i]);
        square[i] = beta2 * square[i] + (1 - beta2) * g * g;
        values[i] =
          keep * values[i] - (stepSize * mean[i]) / (Math.sqrt(square[i]) / correction + eps);
      }
    },
  };
};

await compete({ SGD: momentum, Adam: adam(0), AdamW: adam(0.01) });
