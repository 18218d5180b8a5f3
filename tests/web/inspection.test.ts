// SPDX-License-Identifier: MIT
// One element's update in numbers: under the symbols, and as a sum.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type {
  Frame,
  Inspection,
  ParameterFrame,
  RunFrame,
  WrapperInfo,
} from "../../web/src/engine/types.js";
import {
  inspectionOf,
  ledgerOf,
  lrOf,
  optimizerValues,
  wrapperValues,
  type Subject,
} from "../../web/src/state/inspection.js";
import { ledgerTexts } from "../../web/src/state/ledger.js";
import { hyperParameter, optimizerInfo } from "./registry.js";

const info = optimizerInfo({
  name: "Adam",
  hyper_parameters: [
    hyperParameter({ name: "lr", default: 0.001, symbol: "\\gamma" }),
    hyperParameter({
      name: "betas",
      default: [0.9, 0.999],
      symbol: "\\beta_1, \\beta_2",
    }),
    hyperParameter({ name: "eps", default: 1e-8, symbol: "\\epsilon" }),
    hyperParameter({ name: "maximize", default: false }),
    hyperParameter({ name: "k", default: 0, symbol: "k", internal: true }),
  ],
  state: [
    { name: "step", symbol: "t", doc: "" },
    { name: "exp_avg", symbol: "m_t", doc: "" },
    { name: "row", symbol: "r_t", doc: "" },
  ],
  symbols: [
    { latex: "g_t", doc: "" },
    { latex: "-\\gamma\\,m_t", doc: "the step" },
  ],
});
const parameter: ParameterFrame = {
  name: "w",
  shape: [2],
  value: Float32Array.of(1, 2),
  grad: null,
  update: null,
  requiresGrad: true,
  group: 1,
  state: [
    { name: "step", value: 7 },
    { name: "exp_avg", value: Float32Array.of(0.25, 0.5) },
    { name: "row", value: Float32Array.of(9) },
  ],
};
const inspection: Inspection = {
  parameter: "w",
  element: 1,
  before: Math.fround(2.1),
  after: Math.fround(Math.fround(2.1) + Math.fround(-0.1)),
  symbols: [{ symbol: 0, value: 4 }],
  terms: [{ symbol: 1, value: Math.fround(-0.1) }],
};
const frame: RunFrame = {
  label: "Adam",
  status: "running",
  error: null,
  step: 7,
  loss: 1,
  lr: [0.1, 0.2],
  parameters: [parameter],
  inspection,
};
const subject: Subject = {
  info,
  wrapper: null,
  run: {
    optimizer: { name: "Adam", eps: 1e-6 },
    param_groups: [{ params: ["b"] }, { params: ["w"], betas: [0.5, 0.999] }],
  },
  frame,
  parameter,
  element: 1,
  lr: 0.2,
};

describe("the numbers under the symbols", () => {
  test("are the group's hyper-parameters, the element's state and the step's values", () => {
    expect(Object.fromEntries(optimizerValues(subject))).toEqual({
      "\\gamma": "0.2",
      "\\beta_1": "0.5",
      "\\beta_2": "0.999",
      "\\epsilon": "1e−6",
      t: "7",
      m_t: "0.5",
      "\\theta_{t-1}": "2.1",
      "\\theta_t": "2",
      g_t: "4",
    });
  });

  test("are not those of another element", () => {
    expect(inspectionOf({ ...subject, element: 0 })).toBeNull();
    const values = optimizerValues({ ...subject, element: 0 });
    expect(values.get("m_t")).toBe("0.25");
    expect(values.has("\\theta_t")).toBe(false);
  });
});

describe("with a wrapper around it", () => {
  const wrapper: WrapperInfo = {
    ...optimizerInfo({
      name: "Lookahead",
      hyper_parameters: [hyperParameter({ name: "alpha", default: 0.5, symbol: "\\alpha" })],
      state: [{ name: "row", symbol: "r_t", doc: "" }],
      symbols: [{ latex: "\\phi_t", doc: "the way back" }],
    }),
  };
  const wrapped: Subject = {
    ...subject,
    wrapper,
    run: { ...subject.run, wrapper: { name: "Lookahead", alpha: 0.8 } },
  };

  test("the optimizer leaves the last word to it", () => {
    expect(optimizerValues(wrapped).has("\\theta_t")).toBe(false);
    expect(Object.fromEntries(wrapperValues(wrapped, wrapper))).toEqual({
      "\\alpha": "0.8",
      "\\theta_{t-1}": "2.1",
      "\\theta_t": "2",
    });
  });

  test("its terms are counted after the optimizer's", () => {
    const terms = [...inspection.terms, { symbol: 2, value: 0 }];
    expect(ledgerOf(wrapped, { ...inspection, terms }).terms[1]).toEqual({
      latex: "\\phi_t",
      doc: "the way back",
      text: "0.000000",
    });
  });
});

test("the learning rate is that of the step, though a scheduler has changed it since", () => {
  const at = (instruction: number) => ({ iteration: 2, instruction }) as Frame;
  const column = Float64Array.of(0.5, 0.25, 0.125);
  expect(lrOf(at(0), frame, 0, column)).toBe(0.25);
  expect(lrOf(at(1), frame, 0, column)).toBe(0.1);
  expect(lrOf(at(0), frame, 1, column)).toBe(0.2);
  expect(lrOf(at(0), frame, null)).toBeNull();
});

describe("the sum", () => {
  test("tells its terms, and that they add up bit for bit", () => {
    expect(ledgerOf(subject, inspection)).toEqual({
      before: "2.100000",
      terms: [{ latex: "-\\gamma\\,m_t", doc: "the step", text: "−0.100000" }],
      after: "2.000000",
      exact: true,
    });
  });

  test("does not say so when they do not", () => {
    expect(ledgerOf(subject, { ...inspection, after: 1.5 }).exact).toBe(false);
  });

  test("adds up to the eye, but for the last decimal", () => {
    const number = fc.float({
      min: Math.fround(1e-3),
      max: 1e6,
      noNaN: true,
      noDefaultInfinity: true,
    });
    fc.assert(
      fc.property(number, number, (before, size) => {
        const term = Math.fround(-size / 4);
        const after = Math.fround(before + term);
        const texts = ledgerTexts([before, term, after]);
        const [a, b, c] = texts.map((text) => Number(text.replace("−", "-")));
        const decimals = texts[2]!.split(".")[1]?.length ?? 0;
        expect(Math.abs(a! + b! - c!)).toBeLessThanOrEqual(2.001 * 10 ** -decimals);
      }),
    );
  });

  test("gives up a decimal where rounding would leave the column one off", () => {
    const [before, term] = [-1.4098527, -0.0072555].map(Math.fround) as [number, number];
    const texts = ledgerTexts([before, term, Math.fround(before + term)]);
    expect(texts).toEqual(["−1.40985", "−0.00726", "−1.41711"]);
  });

  test("writes what is too small for its decimals with an exponent", () => {
    expect(ledgerTexts([1, -3e-12, 1])).toEqual(["1.000000", "−3e−12", "1.000000"]);
    expect(ledgerTexts([0, 0, 0])).toEqual(["0.0000000", "0.0000000", "0.0000000"]);
    expect(ledgerTexts([NaN, 1, Infinity])).toEqual(["NaN", "1.0000000", "∞"]);
    expect(ledgerTexts([3e8, 1, 3e8])).toEqual(["3e8", "1", "3e8"]);
  });
});
