// SPDX-License-Identifier: MIT
/** uPlot set up as a journal's figure: few rules, names at the ends of the lines, no frame. */

import type uPlot from "uplot";

import { runStyle } from "../components/run-style.js";
import { formatCount, formatNumber } from "../components/numbers.js";
import { linearTicks, logTickLabel, logTicks } from "./axis-ticks.js";
import type { Axis, ChartSeries } from "./chart-data.js";
import { spreadLabels } from "./label-placement.js";

export interface ChartColours {
  readonly ink: string;
  readonly line: string;
  readonly series: readonly string[];
  readonly font: string;
}

export interface ChartLook {
  readonly width: number;
  readonly height: number;
  readonly axis: Axis;
  readonly series: readonly ChartSeries[];
  readonly colours: ChartColours;
}

const kLabelHeight = 15;
const kLongestName = 0.3;

export function chartOptions(look: ChartLook): uPlot.Options {
  const { width, height, axis, series, colours } = look;
  const font = `11px ${colours.font}`;
  return {
    width,
    height,
    padding: [8, nameWidth(look), 0, 0],
    legend: { show: false },
    cursor: {
      show: true,
      x: true,
      y: false,
      points: { show: false },
      drag: { x: false, y: false },
    },
    scales: {
      x: { time: false, auto: false },
      y: axis === "log" ? { auto: false, distr: 3, log: 10 } : { auto: false },
    },
    axes: [
      {
        stroke: colours.ink,
        font,
        size: 22,
        gap: 4,
        grid: { show: false },
        ticks: { show: false },
        splits: (plot, _axis, low, high) =>
          linearTicks(low, high, plot.width / 80).filter(Number.isInteger),
        values: (_plot, splits) => splits.map(formatCount),
      },
      {
        stroke: colours.ink,
        font,
        size: 52,
        gap: 6,
        grid: { stroke: colours.line, width: 1 },
        ticks: { show: false },
        splits: (plot, _axis, low, high) =>
          axis === "log"
            ? [...logTicks(low, high, plot.height / 34)]
            : [...linearTicks(low, high, plot.height / 44)],
        // uPlot thins logarithmic ticks by itself, which these do not need.
        filter: (_plot, splits) => splits,
        values: (_plot, splits) =>
          splits.map((split) =>
            split === null ? "" : axis === "log" ? logTickLabel(split) : formatNumber(split),
          ),
      },
    ],
    series: [
      {},
      ...series.map((each, index): uPlot.Series => ({
        label: each.label,
        stroke: colours.series[index]!,
        width: lineWidth(each),
        dash: each.casing === true ? [] : [...runStyle(each.run).dash],
        points: { show: false },
        spanGaps: false,
      })),
    ],
    hooks: { draw: [(plot) => paintNames(plot, look)] },
  };
}

function lineWidth({ average, casing }: ChartSeries): number {
  return casing === true ? 3.6 : average === true ? 1.2 : 1.8;
}

/** Room to the right for the longest name. */
function nameWidth({ series, width, colours }: ChartLook): number {
  const context = document.createElement("canvas").getContext("2d")!;
  context.font = `600 12px ${colours.font}`;
  const widest = series.reduce(
    (most, { label }) => Math.max(most, context.measureText(label).width),
    0,
  );
  return Math.min(widest + 18, width * kLongestName);
}

/** Each run's name at the height where its line ends. */
function paintNames(plot: uPlot, { series, width, colours }: ChartLook): void {
  const ratio = plot.ctx.canvas.width / plot.width;
  const ends = series.map(({ casing }, index) =>
    casing === true ? null : lineEnd(plot, index + 1),
  );
  const shown = series.flatMap((_, index) => (ends[index] ? [index] : []));
  const top = plot.bbox.top / ratio;
  const bottom = top + plot.bbox.height / ratio;
  const heights = spreadLabels(
    shown.map((index) => ends[index]![1]),
    kLabelHeight,
    top - kLabelHeight / 2,
    bottom + kLabelHeight / 2,
  );
  const { ctx } = plot;
  ctx.save();
  ctx.scale(ratio, ratio);
  ctx.font = `600 12px ${colours.font}`;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  const left = (plot.bbox.left + plot.bbox.width) / ratio + 8;
  shown.forEach((index, position) => {
    ctx.fillStyle = colours.series[index]!;
    ctx.fillText(series[index]!.label, left, heights[position]!, width * kLongestName - 8);
  });
  ctx.restore();
}

/** Where a line ends, in CSS pixels, or null when nothing of it is drawn. */
function lineEnd(plot: uPlot, index: number): readonly [number, number] | null {
  const values = plot.data[index];
  if (!values) return null;
  for (let at = values.length - 1; at >= 0; at--) {
    const value = values[at];
    if (value === null || value === undefined) continue;
    const offset = plot.bbox.top / (plot.ctx.canvas.width / plot.width);
    return [plot.valToPos(plot.data[0][at]!, "x"), plot.valToPos(value, "y") + offset];
  }
  return null;
}
