// SPDX-License-Identifier: MIT
/** A finer grid through the values of a coarse one, so that contours follow narrow valleys without steps. */

import type { GridValues } from "./contours.js";

/** Twice as many points in either direction, less one, by cubic (Catmull-Rom) interpolation; all values finite. */
export function refine(grid: GridValues): GridValues {
  const { columns, rows } = grid;
  const width = 2 * columns - 1;
  const height = 2 * rows - 1;
  const values = new Float64Array(width * height);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      values[2 * row * width + 2 * column] = grid.values[row * columns + column]!;
    }
    fillBetween(values, 2 * row * width, 2, columns);
  }
  for (let column = 0; column < width; column++) fillBetween(values, column, 2 * width, rows);
  return { values, columns: width, rows: height };
}

/** Fills the places half-way between `count` known values that lie `stride` apart. */
function fillBetween(values: Float64Array, first: number, stride: number, count: number): void {
  const at = (index: number) => values[first + Math.min(count - 1, Math.max(0, index)) * stride]!;
  for (let index = 0; index + 1 < count; index++) {
    // Beyond an end the line is continued straight.
    const before = index > 0 ? at(index - 1) : 2 * at(0) - at(1);
    const after = index + 2 < count ? at(index + 2) : 2 * at(count - 1) - at(count - 2);
    values[first + index * stride + stride / 2] =
      (9 * (at(index) + at(index + 1)) - before - after) / 16;
  }
}
