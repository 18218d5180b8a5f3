// SPDX-License-Identifier: MIT
/** The learning-rate schedules of a run: none, one, several on top of each other, or one made of others. */

import type { HyperValue, SchedulerInfo } from "../engine/types.js";
import type { Run } from "../experiment/experiment.generated.js";
import { firstScheduler } from "./first-scheduler.js";

/** One of them; those that it is made of, if any, are its `schedulers`. */
export interface Schedule {
  readonly name: string;
  readonly schedulers?: readonly Schedule[];
  readonly [option: string]: HyperValue | readonly Schedule[] | undefined;
}

/** In the order in which they step. */
export function schedulesOf({ scheduler }: Run): readonly Schedule[] {
  const given: unknown = scheduler ?? [];
  // The document's schema says what these are.
  return (Array.isArray(given) ? given : [given]) as readonly Schedule[];
}

/** As the document writes them; null when there are none. */
export function writtenSchedules(schedules: readonly Schedule[]): Run["scheduler"] | null {
  const written: unknown = schedules.length > 1 ? schedules : (schedules[0] ?? null);
  return written as Run["scheduler"] | null;
}

/** A schedule to begin with, whose lengths fit the experiment. */
export function firstSchedule(
  wanted: SchedulerInfo,
  registry: readonly SchedulerInfo[],
  steps: number,
  lr: number,
): Schedule {
  const warmup = Math.max(1, Math.round(steps / 10));
  const member = (name: string, length: number): Schedule[] => {
    const info = registry.find((each) => each.name === name);
    return info === undefined ? [] : [firstScheduler(info, length, lr)];
  };
  switch (wanted.name) {
    case "SequentialLR":
      return {
        name: wanted.name,
        schedulers: [
          ...member("LinearLR", warmup),
          ...member("CosineAnnealingLR", Math.max(1, steps - warmup)),
        ],
        milestones: [warmup],
      };
    case "ChainedScheduler":
      return {
        name: wanted.name,
        schedulers: [...member("LinearLR", warmup), ...member("ExponentialLR", steps)],
      };
    default:
      return firstScheduler(wanted, steps, lr);
  }
}
