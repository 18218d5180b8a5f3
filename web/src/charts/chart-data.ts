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

/** The range of an axis over all columns with a little air; whole decades where they are close. */
export function axisRange(data: DecimatedColumns, axis: Axis): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const column of data.columns) {
    for (const value of column) {
      if (value === null) continue;
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

/** The rows of the table beside a chart: at most `count`, evenly spread, the last one included. */
export function tableSteps(length: number, count: number): readonly number[] {
  if (length <= count) return Array.from({ length }, (_, index) => index);
  return Array.from({ length: count }, (_, index) =>
    Math.round((index * (length - 1)) / (count - 1)),
  );
}
