// SPDX-License-Identifier: MIT
/** A line that the keyboard has taken up: where it came from, where it is, and the order that would be. */

import type { LoopLine } from "../state/loop-lines.js";
import { moved } from "./line-drag.js";

export interface HeldLine {
  readonly from: number;
  readonly index: number;
  readonly lines: readonly LoopLine[];
}

/** Where a key takes it; null when the key moves nothing. At an end it stays where it is. */
export function heldAfter(held: HeldLine, key: string): HeldLine | null {
  const { from, index, lines } = held;
  const last = lines.length - 1;
  const targets: Readonly<Record<string, number>> = {
    ArrowUp: Math.max(0, index - 1),
    ArrowDown: Math.min(last, index + 1),
    Home: 0,
    End: last,
  };
  const target = targets[key];
  if (target === undefined) return null;
  return target === index ? held : { from, index: target, lines: moved(lines, index, target) };
}
