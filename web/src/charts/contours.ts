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

/** Finds the outlines of one grid, level by level. */
export class ContourTracer {
  /** The grid with one point of "below" all around, which closes every outline. */
  readonly #values: Float64Array;
  readonly #width: number;
  readonly #height: number;
  /**
   * Which crossing follows the one on an edge, or -1. The edges to the right of and above a point are numbered
   * 2·point and 2·point + 1. Empty between two levels.
   */
  readonly #next: Int32Array;

  constructor(grid: GridValues) {
    this.#width = grid.columns + 2;
    this.#height = grid.rows + 2;
    this.#values = new Float64Array(this.#width * this.#height).fill(-Infinity);
    for (let row = 0; row < grid.rows; row++) {
      for (let column = 0; column < grid.columns; column++) {
        const point = (row + 1) * this.#width + column + 1;
        this.#values[point] = grid.values[row * grid.columns + column]!;
      }
    }
    this.#next = new Int32Array(2 * this.#values.length).fill(-1);
  }

  /**
   * Outlines of the region where the grid is at least `level`. The region ends at the grid's border, along which
   * its outlines then run. Values that are not numbers count as below.
   */
  rings(level: number): readonly Ring[] {
    const values = this.#values;
    const width = this.#width;
    const begun: number[] = [];
    for (let row = 0; row + 1 < this.#height; row++) {
      for (let column = 0; column + 1 < width; column++) {
        const point = row * width + column;
        const covered =
          (values[point]! >= level ? 1 : 0) |
          (values[point + 1]! >= level ? 2 : 0) |
          (values[point + width + 1]! >= level ? 4 : 0) |
          (values[point + width]! >= level ? 8 : 0);
        if (covered !== 0 && covered !== 15) this.#connect(point, covered, level, begun);
      }
    }
    return begun.flatMap((edge) => (this.#next[edge]! < 0 ? [] : [this.#follow(edge, level)]));
  }

  /** Joins the crossings on a cell's edges; `covered` has a bit per corner, counter-clockwise from the lower left. */
  #connect(point: number, covered: number, level: number, begun: number[]): void {
    const edges = [2 * point, 2 * (point + 1) + 1, 2 * (point + this.#width), 2 * point + 1];
    const inside = (corner: number) => ((covered >> (corner % 4)) & 1) === 1;
    const saddle = covered === 5 || covered === 10;
    // Walking on from where the region is left, the next crossing enters it again; backwards, the one before. They
    // differ at a saddle, where the middle tells whether the two covered corners belong together.
    const turn = saddle && this.#middle(point) >= level ? 1 : 3;
    for (let side = 0; side < 4; side++) {
      const leaves = inside(side) && !inside(side + 1);
      if (!leaves) continue;
      let entry = (side + turn) % 4;
      while (inside(entry) || !inside(entry + 1)) entry = (entry + turn) % 4;
      this.#next[edges[side]!] = edges[entry]!;
      begun.push(edges[side]!);
    }
  }

  #middle(point: number): number {
    const values = this.#values;
    const upper = point + this.#width;
    return (values[point]! + values[point + 1]! + values[upper]! + values[upper + 1]!) / 4;
  }

  /** The outline through an edge, taken out of `next`. */
  #follow(first: number, level: number): Ring {
    const next = this.#next;
    const ring: number[] = [];
    for (let edge = first; next[edge]! >= 0;) {
      const point = edge >> 1;
      const column = (point % this.#width) - 1;
      const row = Math.floor(point / this.#width) - 1;
      const upwards = (edge & 1) === 1;
      const other = point + (upwards ? this.#width : 1);
      const along = fraction(this.#values[point]!, this.#values[other]!, level);
      ring.push(upwards ? column : column + along, upwards ? row + along : row);
      const following = next[edge]!;
      next[edge] = -1;
      edge = following;
    }
    return ring;
  }
}

/** Where between two points the level is crossed; beside the border, at the point on the grid. */
function fraction(from: number, to: number, level: number): number {
  if (!Number.isFinite(from)) return from === Infinity ? 0 : 1;
  if (!Number.isFinite(to)) return to === Infinity ? 1 : 0;
  return (level - from) / (to - from);
}
