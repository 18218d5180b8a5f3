// SPDX-License-Identifier: MIT
/** The way out when an optimizer takes matrices alone: a group of the weights; biases then have no optimizer. */

import type { Frame } from "../engine/types.js";
import type { Experiment } from "../experiment/experiment.generated.js";

/** How PyTorch refuses the first parameter that is none. */
const refusal = /^(\w+) only supports 2D parameters/;

/** The name of the optimizer that a message says so of; null for other messages. */
export function takesMatricesOnly(message: string): string | null {
  return refusal.exec(message)?.[1] ?? null;
}

/** The experiment in which it has the matrices among a model's parameters; null where there are none. */
export function withMatricesOnly(
  experiment: Experiment,
  optimizer: string,
  frame: Frame,
): Experiment | null {
  const matrices = (frame.runs[0]?.parameters ?? [])
    .filter(({ shape }) => shape.length === 2)
    .map(({ name }) => name);
  if (matrices.length === 0) return null;
  return {
    ...experiment,
    runs: experiment.runs.map((run) =>
      run.optimizer.name === optimizer ? { ...run, param_groups: [{ params: matrices }] } : run,
    ),
  };
}
