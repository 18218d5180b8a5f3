// SPDX-License-Identifier: MIT
/** What a multilayer perceptron answers, from the parameters that a frame holds: for pictures only. */

import type { ParameterFrame } from "../engine/types.js";

export type Activation = "relu" | "tanh" | "sigmoid" | "identity";

const activations: Readonly<Record<Activation, (value: number) => number>> = {
  relu: (value) => Math.max(0, value),
  tanh: Math.tanh,
  sigmoid: (value) => 1 / (1 + Math.exp(-value)),
  identity: (value) => value,
};

/** The class with the highest score for each row of `inputs`. */
export function predict(
  parameters: readonly ParameterFrame[],
  activation: Activation,
  inputs: Float32Array,
  features: number,
): readonly number[] {
  const act = activations[activation];
  const layers: { readonly weight: ParameterFrame; readonly bias: ParameterFrame }[] = [];
  for (let k = 0; k + 1 < parameters.length; k += 2) {
    layers.push({ weight: parameters[k]!, bias: parameters[k + 1]! });
  }
  const rows = features === 0 ? 0 : inputs.length / features;
  return Array.from({ length: rows }, (_, row) => {
    let values = inputs.subarray(row * features, (row + 1) * features);
    layers.forEach(({ weight, bias }, depth) => {
      const last = depth === layers.length - 1;
      values = linear(values, weight.value, bias.value).map((value) => (last ? value : act(value)));
    });
    return largest(values);
  });
}

function linear(input: Float32Array, weight: Float32Array, bias: Float32Array): Float32Array {
  return bias.map((offset, out) => {
    let sum = offset;
    for (let k = 0; k < input.length; k++) sum += input[k]! * weight[out * input.length + k]!;
    return sum;
  });
}

function largest(values: Float32Array): number {
  let best = 0;
  for (let k = 1; k < values.length; k++) if (values[k]! > values[best]!) best = k;
  return best;
}
