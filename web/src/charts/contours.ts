// SPDX-License-Identifier: MIT
/** Marching squares: where a grid of values is at or above a level. */

/** Values at columns × rows points, row-major from the lowest y. */
export interface GridValues {
  readonly values: ArrayLike<number>;
  readonly columns: number;
  readonly rows: number;
}

/** A closed outline in grid units: x0, y0, x1, y1, …; the region lies to its left. */
export type Ring = readonly number[];

/**
 * Outlines of the region where the grid is at least `level`. The region ends at the grid's border, along which its
 * outlines then run. Values that are not numbers count as below.
 */
export function contourRings(grid: GridValues, level: number): readonly Ring[] {
  const { columns, rows } = grid;
  // One point of "below" all around closes every outline. Points are numbered over this wider grid, and the edges
  // to the right of and above a point are numbered 2·point and 2·point + 1.
  const width = columns + 2;
  const at = (column: number, row: number): number =>
    column < 0 || row < 0 || column >= columns || row >= rows
      ? -Infinity
      : (grid.values[row * columns + column] ?? NaN);
  const next = new Int32Array(2 * width * (rows + 2)).fill(-1);

  for (let row = -1; row < rows; row++) {
    for (let column = -1; column < columns; column++) {
      const corners = [
        at(column, row),
        at(column + 1, row),
        at(column + 1, row + 1),
        at(column, row + 1),
      ];
      const inside = corners.map((value) => value >= level);
      const point = (row + 1) * width + column + 1;
      const edges = [2 * point, 2 * (point + 1) + 1, 2 * (point + width), 2 * point + 1];
      connect(corners, inside, edges, level, next);
    }
  }

  const crossing = (edge: number): [number, number] => {
    const point = edge >> 1;
    const column = (point % width) - 1;
    const row = Math.floor(point / width) - 1;
    const upwards = (edge & 1) === 1;
    const along = fraction(
      at(column, row),
      upwards ? at(column, row + 1) : at(column + 1, row),
      level,
    );
    return upwards ? [column, row + along] : [column + along, row];
  };
  return follow(next, crossing);
}

/** Joins the crossings on a cell's edges, counter-clockwise from the bottom, inside to the left. */
function connect(
  corners: readonly number[],
  inside: readonly boolean[],
  edges: readonly number[],
  level: number,
  next: Int32Array,
): void {
  const saddle = inside[0] === inside[2] && inside[1] === inside[3] && inside[0] !== inside[1];
  const joined = saddle && corners.reduce((sum, value) => sum + value, 0) / 4 >= level;
  for (let side = 0; side < 4; side++) {
    const leaves = inside[side] && !inside[(side + 1) % 4];
    if (!leaves) continue;
    // Walking on from where the region is left, the next crossing enters it again; backwards, the one before.
    const turn = joined ? 1 : 3;
    let other = (side + turn) % 4;
    while (!(!inside[other] && inside[(other + 1) % 4])) other = (other + turn) % 4;
    next[edges[side]!] = edges[other]!;
  }
}

function follow(next: Int32Array, crossing: (edge: number) => [number, number]): readonly Ring[] {
  const rings: Ring[] = [];
  for (let first = 0; first < next.length; first++) {
    if (next[first]! < 0) continue;
    const ring: number[] = [];
    for (let edge = first; next[edge]! >= 0;) {
      ring.push(...crossing(edge));
      const following = next[edge]!;
      next[edge] = -1;
      edge = following;
    }
    rings.push(ring);
  }
  return rings;
}

/** Where between two points the level is crossed; beside the border, at the point on the grid. */
function fraction(from: number, to: number, level: number): number {
  if (!Number.isFinite(from)) return from === Infinity ? 0 : 1;
  if (!Number.isFinite(to)) return to === Infinity ? 1 : 0;
  return from === to ? 0.5 : (level - from) / (to - from);
}
