// SPDX-License-Identifier: MIT
/** The way out when an optimizer takes matrices alone: a group of the weights; biases then have no optimizer. */

import type { Frame, OptimizerInfo } from "../engine/types.js";
import type { Experiment } from "../experiment/experiment.generated.js";

/** An optimizer that was given what it refuses, and the experiment in which it has the matrices of the model. */
export interface MatricesOnly {
  readonly optimizer: string;
  readonly experiment: Experiment;
}

/** Null where no optimizer refuses a parameter for its shape, or where there are no matrices. */
export function withMatricesOnly(
  experiment: Experiment,
  optimizers: readonly OptimizerInfo[],
  frame: Frame,
): MatricesOnly | null {
  const picky = new Set(
    optimizers.flatMap(({ name, matrices_only }) => (matrices_only ? [name] : [])),
  );
  const parameters = frame.runs[0]?.parameters ?? [];
  const matrices = parameters.filter(({ shape }) => shape.length === 2).map(({ name }) => name);
  const all = [{ params: parameters.map(({ name }) => name) }];
  const refuses = ({ optimizer, param_groups = all }: Experiment["runs"][number]) =>
    picky.has(optimizer.name) &&
    param_groups.some(({ params }) => params.some((name) => !matrices.includes(name)));
  const first = experiment.runs.find(refuses);
  if (first === undefined || matrices.length === 0) return null;
  return {
    optimizer: first.optimizer.name,
    experiment: {
      ...experiment,
      runs: experiment.runs.map((run) =>
        refuses(run) ? { ...run, param_groups: [{ params: matrices }] } : run,
      ),
    },
  };
}
