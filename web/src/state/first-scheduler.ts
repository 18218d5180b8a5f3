// SPDX-License-Identifier: MIT
/** A scheduler to begin with: PyTorch has no defaults for lengths, so they are fitted to the experiment. */

import type { HyperValue, SchedulerInfo } from "../engine/types.js";
import type { Schedule } from "./schedules.js";

/** What an experiment of so many steps, at such a rate, gives an option that has no default. */
type Wish = (steps: number, lr: number) => HyperValue;

const part =
  (share: number): Wish =>
  (steps) =>
    Math.max(1, Math.round(share * steps));

const wishes: Readonly<Record<string, Wish>> = {
  step_size: part(1 / 4),
  T_max: part(1),
  T_0: part(1 / 4),
  total_steps: part(1),
  total_iters: part(1),
  milestones: (steps) => [
    Math.max(1, Math.round(steps / 2)),
    Math.max(2, Math.round(0.75 * steps)),
  ],
  // A hundredth of the rate is left at the end.
  gamma: (steps) => Number((0.01 ** (1 / steps)).toPrecision(4)),
  lr_lambda: () => "0.99",
  base_lr: (_, lr) => Number((lr / 10).toPrecision(3)),
  max_lr: (_, lr) => lr,
  swa_lr: (_, lr) => Number((lr / 10).toPrecision(3)),
};

/** A length whose default is of another time scale than most experiments. */
const fitted = "total_iters";

export function firstScheduler(info: SchedulerInfo, steps: number, lr: number): Schedule {
  const options = info.hyper_parameters.flatMap(({ name, default: fallback }) => {
    const wish = wishes[name];
    return wish !== undefined && (fallback === null || name === fitted)
      ? [[name, wish(steps, lr)]]
      : [];
  });
  return { name: info.name, ...(Object.fromEntries(options) as Record<string, HyperValue>) };
}
