// SPDX-License-Identifier: MIT
/** From the series of a line chart to the aligned columns that uPlot draws. */

import { decimate, type Column, type DecimatedColumns } from "./decimation.js";

/** One run's values, one per step. */
export interface ChartSeries {
  readonly label: string;
  /** Which of the run styles it takes. */
  readonly run: number;
  /** NaN where there is nothing to tell. */
  readonly values: Column;
  /** Of the run's averaged weights: a thin line in the run's colour and dash. */
  readonly average?: boolean;
  /** The edge in the paper's colour that lies under an average's line; it has no name. */
  readonly casing?: boolean;
}

/** What is drawn, from below: an average would be lost in the noise of its run without an edge. */
export function withCasings(series: readonly ChartSeries[]): readonly ChartSeries[] {
  return series.flatMap((each) =>
    each.average === true ? [{ ...each, casing: true }, each] : [each],
  );
}

export type Axis = "linear" | "log";

/** What an axis can show: on a logarithmic one, only what is above zero. */
export function drawable(axis: Axis): (value: number) => boolean {
  return axis === "log" ? (value) => value > 0 && value < Infinity : Number.isFinite;
}

export function chartData(
  series: readonly ChartSeries[],
  from: number,
  pixels: number,
  axis: Axis,
): DecimatedColumns {
  const columns = series.map(({ values }) => values);
  return decimate(columns, from, Math.max(16, Math.ceil(pixels)), drawable(axis));
}

/**
 * The range of an axis over all columns, with a little air. A run that diverges leaves through the top instead of
 * pressing all others into one line.
 */
export function axisRange(data: DecimatedColumns, axis: Axis): [number, number] {
  const limit = divergenceLimit(data, axis);
  let [low, high] = [Infinity, -Infinity];
  for (const column of data.columns) {
    for (const value of column) {
      if (value === null || Math.abs(value) > limit) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return axis === "log" ? [0.1, 10] : [0, 1];
  if (axis === "log") {
    const air = Math.max(0.15, 0.04 * Math.log10(high / low));
    return [low / 10 ** air, high * 10 ** air];
  }
  if (low >= 0 && low < 0.4 * high) low = 0;
  const air = high > low ? (high - low) * 0.05 : Math.abs(high) * 0.1 || 1;
  return [low === 0 ? 0 : low - air, high + air];
}

/** How far beyond nearly all values one has to lie to count as diverged. */
const kDiverged = { linear: 100, log: 1e6 } as const;

/** The size above which values no longer widen an axis: beyond nearly all others, and beyond every start. */
function divergenceLimit(data: DecimatedColumns, axis: Axis): number {
  const sizes = data.columns
    .flatMap((column) => column.filter((value) => value !== null))
    .map(Math.abs);
  if (sizes.length < 20) return Infinity;
  sizes.sort((a, b) => a - b);
  const usual = sizes[Math.floor(0.9 * sizes.length)]!;
  const starts = data.columns.map((column) =>
    Math.abs(column.find((value) => value !== null) ?? 0),
  );
  const start = Math.max(0, ...starts);
  const limit = Math.max(usual, start);
  return usual > 0 && sizes[sizes.length - 1]! > kDiverged[axis] * limit
    ? limit * Math.sqrt(kDiverged[axis])
    : Infinity;
}

/** The rows of the table beside a chart: at most `count`, evenly spread, the last one included. */
export function tableSteps(length: number, count: number): readonly number[] {
  if (length <= count) return Array.from({ length }, (_, index) => index);
  return Array.from({ length: count }, (_, index) =>
    Math.round((index * (length - 1)) / (count - 1)),
  );
}
