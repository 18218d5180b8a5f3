// SPDX-License-Identifier: MIT
/** The columns of the parameter table: which there are, and what a parameter has in each. */

import type { ParameterFrame } from "../engine/types.js";

/** null is None or not yet; undefined is nothing of the kind. */
export type Cell = Float32Array | number | null | undefined;

export interface Column {
  readonly title: string;
  /** The words for null. */
  readonly absent: string;
  readonly read: (parameter: ParameterFrame) => Cell;
}

/** value, .grad, every state buffer that any parameter has, and the last update. */
export function columnsOf(parameters: readonly ParameterFrame[]): readonly Column[] {
  const buffers = new Set(parameters.flatMap(({ state }) => state.map(({ name }) => name)));
  return [
    { title: "value", absent: "", read: ({ value }) => value },
    { title: ".grad", absent: "None", read: ({ grad }) => grad },
    ...Array.from(buffers, (buffer): Column => ({
      title: buffer,
      absent: "None",
      read: ({ state }) => state.find(({ name }) => name === buffer)?.value,
    })),
    { title: "update", absent: "not yet", read: ({ update }) => update },
  ];
}

/** Whether a cell differs from what it was; NaN equals itself, None does not equal zero. */
export function changed(before: Cell, after: Cell): boolean {
  if (!(before instanceof Float32Array) || !(after instanceof Float32Array)) {
    return !Object.is(before, after);
  }
  return before.length !== after.length || before.some((value, at) => !Object.is(value, after[at]));
}

/** The Euclidean norm. */
export function norm(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}
