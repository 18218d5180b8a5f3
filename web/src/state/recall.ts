// SPDX-License-Identifier: MIT
/** The moments of an iteration: before its first line, and after every line that has run. */

import type { Frame, Session } from "../engine/types.js";

/** Which iteration the moments around a frame are of, and how many of its lines have run. */
export function iterationAtHand(
  { iteration, instruction }: Frame,
  lines: number,
): { readonly iteration: number; readonly ran: number } {
  if (instruction > 0 || iteration === 0) return { iteration, ran: instruction };
  return { iteration: iteration - 1, ran: lines };
}

/** Whether these are the moments of an iteration of which so many lines have run: none of them is missing. */
export function areMomentsOf(moments: readonly Frame[], iteration: number, ran: number): boolean {
  return (
    moments.length === ran + 1 &&
    moments
      .slice(0, ran)
      .every((moment, line) => moment.iteration === iteration && moment.instruction === line)
  );
}

/** The moments with one more line; only the last two, when what was before is not known. */
export function withMoment(
  moments: readonly Frame[],
  before: Frame,
  after: Frame,
): readonly Frame[] {
  if (before.instruction === 0) return [before, after];
  const known = moments.length === before.instruction + 1;
  return [...(known ? moments.slice(0, -1) : []), before, after];
}

/** Runs the lines once more, to know what each of them changed; null when meanwhile nobody wants to know. */
export async function recall(
  session: Session,
  iteration: number,
  ran: number,
  stale: () => boolean,
): Promise<readonly Frame[] | null> {
  const moments = [await session.seek(iteration, 0)];
  while (moments.length <= ran) {
    if (stale()) return null;
    moments.push(await session.advanceInstruction());
  }
  return stale() ? null : moments;
}
