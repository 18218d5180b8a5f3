// SPDX-License-Identifier: MIT
/** Ways from one place of a run to another, by lines of the loop and by whole iterations. */

import type { Cursor } from "./page-state.js";

/** What a run has: so many lines in an iteration, and so many iterations. */
export interface Extent {
  readonly lines: number;
  readonly steps: number;
}

/** The nearest place that there is. */
export function placeWithin({ step, instruction }: Cursor, { lines, steps }: Extent): Cursor {
  if (step >= steps) return { step: steps, instruction: 0 };
  return step < 0
    ? { step: 0, instruction: 0 }
    : { step, instruction: Math.min(instruction, lines - 1) };
}

/** One line on, or back. */
export function lineFrom(place: Cursor, direction: 1 | -1, extent: Extent): Cursor {
  const { step, instruction } = place;
  const line = instruction + direction;
  if (line < 0) return placeWithin({ step: step - 1, instruction: extent.lines - 1 }, extent);
  if (line >= extent.lines) return placeWithin({ step: step + 1, instruction: 0 }, extent);
  return placeWithin({ step, instruction: line }, extent);
}

/** The start of the iteration that is so many away; back from the middle of one goes to its start first. */
export function iterationsFrom(place: Cursor, count: number, extent: Extent): Cursor {
  const { step, instruction } = place;
  const whole = count < 0 && instruction > 0 ? step + 1 : step;
  return placeWithin({ step: whole + count, instruction: 0 }, extent);
}
