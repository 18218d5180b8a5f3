// SPDX-License-Identifier: MIT
import { describe, expect, test } from "vitest";

import { contourLevels } from "../../web/src/charts/contour-levels.js";
import { ContourTracer, type GridValues, type Ring } from "../../web/src/charts/contours.js";
import { valueAt } from "../../web/src/charts/grid-value.js";
import { refine } from "../../web/src/charts/refine.js";
import { findContours } from "../../web/src/charts/surface-painter.js";

function sample(
  size: number,
  [xMin, xMax, yMin, yMax]: readonly [number, number, number, number],
  surface: (x: number, y: number) => number,
): GridValues {
  const values = Float32Array.from({ length: size * size }, (_, index) => {
    const x = xMin + ((index % size) / (size - 1)) * (xMax - xMin);
    const y = yMin + (Math.floor(index / size) / (size - 1)) * (yMax - yMin);
    return surface(x, y);
  });
  return { values, columns: size, rows: size };
}

/** Twice the signed area: positive when the region lies to the left. */
function doubledArea(ring: Ring): number {
  let sum = 0;
  for (let at = 0; at < ring.length; at += 2) {
    const next = (at + 2) % ring.length;
    sum += ring[at]! * ring[next + 1]! - ring[next]! * ring[at + 1]!;
  }
  return sum;
}

/** The share of the grid in each band. */
function shares(values: ArrayLike<number>, levels: readonly number[]): readonly number[] {
  const counts = new Array<number>(levels.length + 1).fill(0);
  for (let at = 0; at < values.length; at++) {
    const band = levels.filter((level) => values[at]! >= level).length;
    counts[band] = counts[band]! + 1;
  }
  return counts.map((count) => count / values.length);
}

const rosenbrock = (x: number, y: number) => (1 - x) ** 2 + 100 * (y - x * x) ** 2;
const styblinskiTang = (x: number, y: number) =>
  [x, y].reduce((sum, each) => sum + (each ** 4 - 16 * each ** 2 + 5 * each) / 2, 0);

describe("contour levels", () => {
  test.each([
    ["a bowl", [-5, 5, -5, 5], (x: number, y: number) => x * x + y * y],
    ["Rosenbrock's valley", [-2, 2, -1, 3], rosenbrock],
    ["a negative minimum", [-5, 5, -5, 5], styblinskiTang],
    ["seventeen decades", [-20, 20, -20, 20], (x: number, y: number) => Math.exp(x + y / 10)],
    ["a pole below", [-1, 1, -1, 1], (x: number, y: number) => -1 / (x * x + y * y + 1e-9)],
  ] as const)("give %s several visible bands", (_name, view, surface) => {
    const { values } = sample(101, view, surface);
    const levels = contourLevels(values, 15);
    expect(levels).toHaveLength(15);
    for (let at = 1; at < levels.length; at++) expect(levels[at]!).toBeGreaterThan(levels[at - 1]!);
    expect(shares(values, levels).filter((share) => share > 0.005).length).toBeGreaterThan(6);
  });

  test("space the rings of a bowl evenly", () => {
    const { values } = sample(201, [-5, 5, -5, 5], (x, y) => x * x + y * y);
    const radii = contourLevels(values, 10).map(Math.sqrt);
    const gaps = radii.slice(1).map((radius, at) => radius - radii[at]!);
    expect(Math.max(...gaps) / Math.min(...gaps)).toBeLessThan(2.5);
  });

  test("are none for a flat surface and for one without values", () => {
    expect(contourLevels(new Float32Array(16).fill(3), 5)).toEqual([]);
    expect(contourLevels(new Float32Array(16).fill(NaN), 5)).toEqual([]);
    expect(contourLevels([], 5)).toEqual([]);
  });

  test("ignore what is not finite", () => {
    const levels = contourLevels([NaN, Infinity, -Infinity, 0, 1, 2, 3, 4, 5, 6, 7, 8], 4);
    for (const level of levels) expect(level).toSatisfy((it: number) => it >= 0 && it <= 8);
  });
});

describe("contour rings", () => {
  test("lie on the level", () => {
    const grid = sample(61, [-3, 3, -3, 3], (x, y) => x * x + y * y);
    const rings = new ContourTracer(grid).rings(4);
    // The region above is the square without the disc: its border, and the circle.
    expect(rings).toHaveLength(2);
    const circle = rings.find((ring) => doubledArea(ring) < 0)!;
    for (let at = 0; at < circle.length; at += 2) {
      const [x, y] = [circle[at]! / 10 - 3, circle[at + 1]! / 10 - 3];
      expect(Math.hypot(x, y)).toBeCloseTo(2, 2);
    }
    const area = rings.reduce((sum, ring) => sum + doubledArea(ring) / 2, 0) / 100;
    expect(area).toBeCloseTo(36 - 4 * Math.PI, 1);
  });

  test("cover the whole grid, or none of it", () => {
    const tracer = new ContourTracer(sample(4, [0, 1, 0, 1], () => 1));
    expect(tracer.rings(2)).toEqual([]);
    const [border, ...more] = tracer.rings(0.5);
    expect(more).toEqual([]);
    expect(doubledArea(border!) / 2).toBeCloseTo(9);
  });

  test("part or join the corners of a saddle by its middle", () => {
    const corners = (high: number) =>
      new ContourTracer({
        values: [high, 0, 0, high],
        columns: 2,
        rows: 2,
      }).rings(1);
    expect(corners(1.5)).toHaveLength(2);
    expect(corners(3)).toHaveLength(1);
  });
});

test("refining keeps the known values and follows a parabola exactly", () => {
  const fine = refine(sample(5, [0, 4, 0, 4], (x, y) => x * x + y));
  expect([fine.columns, fine.rows]).toEqual([9, 9]);
  expect(fine.values[4]).toBe(4);
  expect(fine.values[3]).toBeCloseTo(2.25, 12);
  expect(fine.values[9 + 3]).toBeCloseTo(2.75, 12);
});

test("a surface with a hole has an outline around it", () => {
  const grid = sample(41, [-2, 2, -2, 2], (x, y) => Math.log(x) + y * y);
  const { undefinedRings, levels } = findContours(grid);
  expect(undefinedRings).toHaveLength(1);
  expect(levels.flatMap(({ rings }) => rings.flat()).every(Number.isFinite)).toBe(true);
});

test("a value is read between the points of a grid", () => {
  const view = [0, 2, 0, 2] as const;
  const grid = {
    view,
    columns: 3,
    rows: 3,
    values: [0, 1, 2, 10, 11, 12, 20, 21, 22],
  };
  expect(valueAt(grid, 0.5, 0.5)).toBeCloseTo(5.5);
  expect(valueAt(grid, 2, 2)).toBe(22);
  expect(valueAt(grid, 2.1, 0)).toBeNaN();
});
