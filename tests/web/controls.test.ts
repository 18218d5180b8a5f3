// SPDX-License-Identifier: MIT
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { placeLabels, spreadLabels, type Rectangle } from "../../web/src/charts/label-placement.js";
import { decide, decisionPixels } from "../../web/src/charts/decision-painter.js";
import { SvgBrush } from "../../web/src/charts/svg-brush.js";
import { histogram } from "../../web/src/components/histogram.js";
import { changed, columnsOf } from "../../web/src/components/parameter-columns.js";
import { fromPosition, toPosition } from "../../web/src/components/slider-scale.js";

describe("a logarithmic slider", () => {
  const rate = { min: 1e-6, max: 10, scale: "logarithmic" } as const;

  test("returns to the value it was put to, to two digits", () => {
    fc.assert(
      fc.property(fc.double({ min: -6, max: 1, noNaN: true }), (exponent) => {
        const value = Number((10 ** exponent).toPrecision(2));
        expect(fromPosition(rate, toPosition(rate, value))).toBeCloseTo(value, 12);
      }),
    );
  });

  test("gives every decade the same width", () => {
    const widths = [1e-5, 1e-4, 1e-3].map(
      (value) => toPosition(rate, 10 * value) - toPosition(rate, value),
    );
    for (const width of widths) expect(width).toBeCloseTo(1 / 7, 9);
  });

  test("reaches zero at its left end where zero is allowed, and never leaves its range", () => {
    const decay = { min: 0, max: 3e38, scale: "logarithmic" } as const;
    expect(fromPosition(decay, 0)).toBe(0);
    expect(toPosition(decay, 0)).toBe(0);
    expect(fromPosition(decay, 1)).toBe(1000);
    expect(toPosition(decay, 3e38)).toBe(1);
  });
});

test("a linear slider returns to round values", () => {
  const momentum = { min: 0, max: 1, scale: "linear" } as const;
  for (const value of [0, 0.1, 0.25, 0.9, 0.99, 1]) {
    expect(fromPosition(momentum, toPosition(momentum, value))).toBeCloseTo(value, 12);
  }
});

const overlaps = (a: Rectangle, b: Rectangle) =>
  a.left < b.left + b.width &&
  b.left < a.left + a.width &&
  a.top < b.top + b.height &&
  b.top < a.top + a.height;

describe("labels", () => {
  const bounds = { left: 0, top: 0, width: 400, height: 300 };

  test("around one point do not cover one another", () => {
    const requests = Array.from({ length: 6 }, (_, index) => ({
      x: 200 + index,
      y: 150 - index,
      width: 70,
      height: 16,
    }));
    const places = placeLabels(requests, bounds);
    places.forEach((place, index) => {
      for (const other of places.slice(index + 1)) expect(overlaps(place, other)).toBe(false);
    });
  });

  test("stay within the picture", () => {
    for (const [x, y] of [
      [398, 2],
      [2, 298],
      [398, 298],
      [2, 2],
    ] as const) {
      const [place] = placeLabels([{ x, y, width: 80, height: 16 }], bounds);
      expect(place!.left).toBeGreaterThanOrEqual(0);
      expect(place!.left + place!.width).toBeLessThanOrEqual(400);
      expect(place!.top).toBeGreaterThanOrEqual(0);
      expect(place!.top + place!.height).toBeLessThanOrEqual(300);
    }
  });

  test("along an edge keep their order and their distance", () => {
    const heights = fc.array(fc.double({ min: -50, max: 250, noNaN: true }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(heights, (wished) => {
        const placed = spreadLabels(wished, 15, 0, 200);
        const sorted = wished.map((wish, at) => [wish, placed[at]!] as const);
        sorted.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        sorted.forEach(([, centre], at) => {
          expect(centre).toBeGreaterThanOrEqual(7.5 - 1e-9);
          expect(centre).toBeLessThanOrEqual(192.5 + 1e-9);
          if (at > 0) expect(centre - sorted[at - 1]![1]).toBeGreaterThanOrEqual(15 - 1e-9);
        });
      }),
    );
  });
});

describe("the decision map", () => {
  test("takes the highest score and says how sure it is", () => {
    expect(decide(Float32Array.of(1, 1)).certainty).toBeCloseTo(0);
    const sure = decide(Float32Array.of(-20, 0, 20));
    expect(sure.winner).toBe(2);
    expect(sure.certainty).toBeCloseTo(1);
    expect(decide(Float32Array.of(0, NaN)).winner).toBe(-1);
    expect(decide(Float32Array.of(1e30, -1e30)).certainty).toBe(1);
  });

  test("has its lowest row at the bottom of the picture", () => {
    const scores = Float32Array.of(50, 0, 0, 50);
    const grid = { columns: 1, rows: 2, classes: 2, scores };
    const pixels = decisionPixels(
      grid,
      [
        [255, 0, 0],
        [0, 0, 255],
      ],
      [0, 0, 0],
    );
    expect(pixels[0]).toBe(0);
    expect(pixels[2]).toBeGreaterThan(50);
    expect(pixels[4]).toBeGreaterThan(50);
    expect([pixels[3], pixels[7]]).toEqual([255, 255]);
  });
});

describe("the parameter table", () => {
  const parameter = {
    name: "x",
    shape: [],
    value: Float32Array.of(1),
    grad: null,
    update: null,
    requiresGrad: true,
    group: 0,
    state: [{ name: "step", value: 3 }],
  };

  test("has a column for every buffer that a parameter has", () => {
    const other = {
      ...parameter,
      name: "y",
      state: [{ name: "exp_avg", value: Float32Array.of(2) }],
    };
    const columns = columnsOf([parameter, other]);
    expect(columns.map(({ title }) => title)).toEqual([
      "value",
      ".grad",
      "step",
      "exp_avg",
      "update",
    ]);
    expect(columns.map(({ read }) => read(parameter))).toEqual([
      parameter.value,
      null,
      3,
      undefined,
      null,
    ]);
  });

  test("tells None from zero, and a change from none", () => {
    const zeros = Float32Array.of(0, 0);
    expect(changed(null, zeros)).toBe(true);
    expect(changed(null, null)).toBe(false);
    expect(changed(zeros, Float32Array.of(0, 0))).toBe(false);
    expect(changed(Float32Array.of(NaN), Float32Array.of(NaN))).toBe(false);
    expect(changed(zeros, Float32Array.of(0, 1))).toBe(true);
  });
});

test("a histogram counts what is finite", () => {
  expect(histogram([0, 1, 2, 3, NaN, Infinity], 4)).toEqual([1, 1, 1, 1]);
  expect(histogram([NaN], 2)).toEqual([0, 0]);
  expect(histogram([5, 5, 5], 3).reduce((sum, count) => sum + count)).toBe(3);
});

test("an SVG picture holds what was painted, with text made harmless", () => {
  const brush = new SvgBrush(100, 50, () => 10);
  brush.setLineDash([4, 2]);
  brush.strokeStyle = "#123456";
  brush.beginPath();
  brush.moveTo(1, 2);
  brush.lineTo(3.14159, 4);
  brush.stroke();
  brush.fillText("<b>&", 5, 6);
  const document = brush.toString('a "title"');
  expect(document).toContain('<path d="M1 2L3.1 4" fill="none" stroke="#123456"');
  expect(document).toContain('stroke-dasharray="4 2"');
  expect(document).toContain("&lt;b&gt;&amp;</text>");
  expect(document).toContain("<title>a &quot;title&quot;</title>");
});
