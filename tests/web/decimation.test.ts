// SPDX-License-Identifier: MIT
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { axisRange, chartData, drawable, tableSteps } from "../../web/src/charts/chart-data.js";
import { decimate, lastFinite, visiblePoints } from "../../web/src/charts/decimation.js";
import { linearTicks, logTickLabel, logTicks } from "../../web/src/charts/axis-ticks.js";

const finite = Number.isFinite;
const defined = (column: readonly (number | null)[]) =>
  column.filter((value): value is number => value !== null);

describe("decimating columns", () => {
  test("keeps the extremes and the ends of every column", () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 1,
      maxLength: 500,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 40 }), (list, buckets) => {
        const { steps, columns } = decimate([Float64Array.from(list)], 7, buckets, finite);
        const kept = defined(columns[0]!);
        expect(Math.min(...kept)).toBe(Math.min(...list));
        expect(Math.max(...kept)).toBe(Math.max(...list));
        expect(kept.length).toBeLessThanOrEqual(Math.max(2 * buckets, list.length));
        expect(steps[0]).toBe(7);
        expect(steps[steps.length - 1]).toBe(7 + list.length - 1);
      }),
    );
  });

  test("costs the buckets, whatever the steps", () => {
    const { steps, columns } = decimate([new Float32Array(100_000)], 0, 300, finite);
    expect(steps).toHaveLength(600);
    expect(columns[0]).toHaveLength(600);
  });

  test("keeps the two extremes of a bucket in their order", () => {
    const falling = Float64Array.from({ length: 100 }, (_, step) => 100 - step);
    expect(defined(decimate([falling], 0, 4, finite).columns[0]!)).toEqual([
      100, 76, 75, 51, 50, 26, 25, 1,
    ]);
  });

  test("leaves gaps where a column ends or has nothing that can be drawn", () => {
    const short = Float64Array.of(1, NaN, 3);
    const long = Float64Array.of(1, 2, 3, 4);
    const { columns } = decimate([short, long], 0, 10, finite);
    expect(columns).toEqual([
      [1, null, 3, null],
      [1, 2, 3, 4],
    ]);
  });
});

describe("a chart's data", () => {
  const series = (values: readonly number[]) => [
    { label: "a", run: 0, values: Float64Array.from(values) },
  ];

  test("has gaps on a logarithmic axis where values are not above zero", () => {
    const { columns } = chartData(series([1, 0, -1, NaN, Infinity, 10]), 0, 100, "log");
    expect(columns[0]).toEqual([1, null, null, null, null, 10]);
    expect(drawable("linear")(-1)).toBe(true);
  });

  test("gives axes a range that holds all values", () => {
    const range = axisRange(chartData(series([2, 3, 8]), 0, 100, "linear"), "linear");
    expect(range[0]).toBe(0);
    expect(range[1]).toBeGreaterThan(8);
    const log = axisRange(chartData(series([1e-3, 1e3]), 0, 100, "log"), "log");
    expect(log[0]).toBeLessThan(1e-3);
    expect(log[1]).toBeGreaterThan(1e3);
    expect(axisRange(chartData(series([NaN]), 0, 100, "log"), "log")).toEqual([0.1, 10]);
    expect(axisRange(chartData(series([4, 4]), 0, 100, "linear"), "linear")[0]).toBeLessThan(4);
  });

  test("does not let one diverging run flatten the others", () => {
    const calm = {
      label: "calm",
      run: 0,
      values: Float64Array.from({ length: 99 }, () => 1),
    };
    const wild = {
      label: "wild",
      run: 1,
      values: Float64Array.of(1, 1e3, 1e9, 1e30),
    };
    const [, high] = axisRange(chartData([calm, wild], 0, 100, "linear"), "linear");
    expect(high).toBeLessThan(20);
  });

  test("shows few rows of many, the first and the last among them", () => {
    expect(tableSteps(3, 12)).toEqual([0, 1, 2]);
    const rows = tableSteps(1000, 12);
    expect(rows).toHaveLength(12);
    expect([rows[0], rows[11]]).toEqual([0, 999]);
  });
});

describe("the points of a path", () => {
  const scale = [100, 100] as const;

  test("are those that move by a pixel, and the last", () => {
    const x = Float64Array.of(0, 0.001, 0.002, 1, 1.001);
    const path = { x, y: new Float64Array(5) };
    expect(visiblePoints(path, 5, scale, 1)).toEqual([0, 3, 4]);
    expect(visiblePoints(path, 2, scale, 1)).toEqual([0, 1]);
    expect(visiblePoints(path, 0, scale, 1)).toEqual([]);
  });

  test("are bounded by the picture when a run swings for ever", () => {
    const length = 100_000;
    const x = Float64Array.from({ length }, (_, step) => step % 2);
    const points = visiblePoints({ x, y: new Float64Array(length) }, length, scale, 1);
    expect(points.length).toBeLessThan(5000);
    expect(points[points.length - 1]).toBe(length - 1);
  });

  test("end where the run ended", () => {
    const path = {
      x: Float64Array.of(0, 1, NaN, NaN),
      y: Float64Array.of(0, 1, NaN, NaN),
    };
    expect(lastFinite(path, 4)).toBe(1);
    expect(lastFinite(path, 1)).toBe(0);
    expect(lastFinite({ x: Float64Array.of(NaN), y: Float64Array.of(0) }, 1)).toBe(-1);
  });
});

describe("ticks", () => {
  test("are round and within the range", () => {
    expect(linearTicks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(linearTicks(-0.3, 0.3, 3)).toEqual([-0.2, 0, 0.2]);
    expect(linearTicks(1, 1, 3)).toEqual([]);
    expect(logTicks(0.005, 2000, 10)).toEqual([0.01, 0.1, 1, 10, 100, 1000]);
    expect(logTicks(1.5, 8, 5)).toEqual([2, 5]);
    expect(logTicks(1e-30, 1e30, 5).length).toBeLessThanOrEqual(6);
  });

  test("are written as powers where digits would not be read", () => {
    expect([1e-7, 0.01, 1000, 1e12, 5].map(logTickLabel)).toEqual([
      "10⁻⁷",
      "0.01",
      "1000",
      "10¹²",
      "5",
    ]);
  });
});
