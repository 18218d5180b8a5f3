// SPDX-License-Identifier: MIT
/** Reads a surface between the points of its grid. */

import type { Grid } from "../engine/types.js";

/** The value at a point, interpolated from the four around it; NaN outside the view. */
export function valueAt(
  grid: Grid & { readonly values: ArrayLike<number> },
  x: number,
  y: number,
): number {
  const [xMin, xMax, yMin, yMax] = grid.view;
  const column = ((x - xMin) / (xMax - xMin)) * (grid.columns - 1);
  const row = ((y - yMin) / (yMax - yMin)) * (grid.rows - 1);
  if (!(column >= 0 && row >= 0 && column <= grid.columns - 1 && row <= grid.rows - 1)) return NaN;
  const left = Math.min(grid.columns - 2, Math.floor(column));
  const below = Math.min(grid.rows - 2, Math.floor(row));
  const at = (dx: number, dy: number) => grid.values[(below + dy) * grid.columns + left + dx]!;
  const [u, v] = [column - left, row - below];
  const lower = at(0, 0) * (1 - u) + at(1, 0) * u;
  const upper = at(0, 1) * (1 - u) + at(1, 1) * u;
  return lower * (1 - v) + upper * v;
}
