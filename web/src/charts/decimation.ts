// SPDX-License-Identifier: MIT
/** Fewer points for the same picture: what is drawn costs the pixels of a chart, not the steps of a run. */

export type Column = Float32Array | Float64Array;

export interface DecimatedColumns {
  /** Steps at which values were kept, ascending, shared by all columns. */
  readonly steps: Float64Array;
  /** null where there is nothing to draw. */
  readonly columns: readonly (readonly (number | null)[])[];
}

/**
 * Columns over the steps from, from + 1, … reduced to at most 2·buckets points each. Every bucket keeps the
 * smallest and the largest value in the order in which they came, so no spike is lost. `keep` tells what
 * can be drawn; a bucket without such a value is a gap.
 */
export function decimate(
  columns: readonly Column[],
  from: number,
  buckets: number,
  keep: (value: number) => boolean,
): DecimatedColumns {
  const length = columns.reduce((longest, column) => Math.max(longest, column.length), 0);
  if (length <= 2 * buckets) return undecimated(columns, from, length, keep);
  const steps = new Float64Array(2 * buckets);
  const reduced = columns.map(() => new Array<number | null>(2 * buckets).fill(null));
  for (let bucket = 0; bucket < buckets; bucket++) {
    const begin = Math.floor((bucket * length) / buckets);
    const end = Math.floor(((bucket + 1) * length) / buckets);
    // The very last step is kept as it is, so that a line ends where its run does.
    steps[2 * bucket] = from + begin;
    steps[2 * bucket + 1] = from + end - 1;
    columns.forEach((column, which) => {
      const [first, second] = extremes(column, begin, Math.min(end, column.length), keep);
      reduced[which]![2 * bucket] = first;
      reduced[which]![2 * bucket + 1] = second;
    });
  }
  return { steps, columns: reduced };
}

function undecimated(
  columns: readonly Column[],
  from: number,
  length: number,
  keep: (value: number) => boolean,
): DecimatedColumns {
  return {
    steps: Float64Array.from({ length }, (_, index) => from + index),
    columns: columns.map((column) =>
      Array.from({ length }, (_, index) => {
        const value = index < column.length ? column[index]! : NaN;
        return keep(value) ? value : null;
      }),
    ),
  };
}

/** The smallest and the largest value of a stretch, in the order of their steps. */
function extremes(
  column: Column,
  begin: number,
  end: number,
  keep: (value: number) => boolean,
): readonly [number | null, number | null] {
  let low = -1;
  let high = -1;
  for (let index = begin; index < end; index++) {
    const value = column[index]!;
    if (!keep(value)) continue;
    if (low < 0 || value < column[low]!) low = index;
    if (high < 0 || value > column[high]!) high = index;
  }
  if (low < 0) return [null, null];
  return low < high ? [column[low]!, column[high]!] : [column[high]!, column[low]!];
}

/** A run's way over the plane, one point per step. */
export interface Path {
  readonly x: Column;
  readonly y: Column;
}

/** The length of line, in pixels, after which a path is dense: it hides what is drawn over itself. */
const kDense = 8_000;
/** The side of the squares that the rest of a dense path visits once each. */
const kSquare = 16;

/**
 * Indices of the points of a path's first `count` steps that move by at least `distance` pixels from the one kept
 * before, the last finite point always included. A run that swings to and fro for ever would still keep every
 * step; once it is dense, each small square of the picture is visited once more, so that the line is bounded by
 * the picture. Steps that are not finite end the path.
 */
export function visiblePoints(
  path: Path,
  count: number,
  scale: readonly [number, number],
  distance: number,
): readonly number[] {
  const last = lastFinite(path, count);
  if (last < 0) return [];
  const kept = [0];
  const visited = new Set<number>();
  let [x, y] = [path.x[0]!, path.y[0]!];
  let length = 0;
  for (let index = 1; index < last; index++) {
    const moved = Math.hypot((path.x[index]! - x) * scale[0], (path.y[index]! - y) * scale[1]);
    if (moved < distance) continue;
    if (length > kDense) {
      const there = square(path.x[index]! * scale[0], path.y[index]! * scale[1]);
      if (visited.has(there)) continue;
      visited.add(there);
    }
    kept.push(index);
    length += moved;
    [x, y] = [path.x[index]!, path.y[index]!];
  }
  if (last > 0) kept.push(last);
  return kept;
}

/** The number of the square around a point; far outside the picture, squares share numbers. */
function square(x: number, y: number): number {
  return ((Math.round(y / kSquare) & 1023) << 10) | (Math.round(x / kSquare) & 1023);
}

/** The last index below `count` up to which all points are finite, or -1. */
export function lastFinite(path: Path, count: number): number {
  const end = Math.min(count, path.x.length, path.y.length);
  // Runs end in NaN when they end early, so the search is short from either side.
  if (end > 0 && Number.isFinite(path.x[end - 1]!) && Number.isFinite(path.y[end - 1]!))
    return end - 1;
  let low = 0;
  while (low < end && Number.isFinite(path.x[low]!) && Number.isFinite(path.y[low]!)) low++;
  return low - 1;
}
