// SPDX-License-Identifier: MIT
// Where the build puts slots for numbers, with KaTeX's own MathML.

import { describe, expect, test } from "vitest";
import { parseMathMl, toMarkup } from "../../web/formulas/mathml.js";
import { withSlots } from "../../web/formulas/slots.js";
import { toMathMl } from "../../web/vite.formulas.js";

function slotted(formula: string, ...symbols: readonly string[]): string {
  const signs = symbols.map((latex) => ({
    latex,
    signs: toMathMl(latex, "inline").children,
  }));
  return toMarkup(withSlots(toMathMl(formula, "block"), signs));
}

/** What has slots, line by line. */
function slots(formula: string, ...symbols: readonly string[]): string[][] {
  return slotted(formula, ...symbols)
    .split("<mtr>")
    .slice(1)
    .map((line) => [...line.matchAll(/data-symbol="([^"]*)"/g)].map(([, latex]) => latex!));
}

const rule = String.raw`\begin{aligned}
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\,g_t \\
\hat m_t &= m_t/(1-\beta_1^t) \\
\theta_t &= \theta_{t-1} - \gamma\,\hat m_t / (\sqrt{v_t} + \epsilon)
\end{aligned}`;

describe("slots", () => {
  test("stand where a symbol appears first and throughout the last line", () => {
    const found = slots(rule, "m_t", "\\hat m_t", "\\beta_1", "\\gamma", "\\theta_t", "g_t");
    expect(found).toEqual([
      ["m_t", "\\beta_1", "g_t"],
      ["\\hat m_t"],
      ["\\theta_t", "\\gamma", "\\hat m_t"],
    ]);
  });

  test("take a symbol for itself only: not with a hat, not as an index, not under a root", () => {
    expect(slots(rule, "m", "t", "v_t", "\\beta").flat()).toEqual([]);
  });

  test("leave out what is made of other symbols", () => {
    const step = "-\\gamma\\,\\hat m_t/(\\sqrt{v_t}+\\epsilon)";
    expect(slots(rule, step, "\\gamma", "\\epsilon")[2]).toEqual(["\\gamma", "\\epsilon"]);
  });

  test("take several signs for one symbol", () => {
    const formula = String.raw`\begin{aligned} g_t &= \nabla f(\theta_{t-1}) \end{aligned}`;
    expect(slots(formula, "\\nabla f(\\theta_{t-1})")).toEqual([["\\nabla f(\\theta_{t-1})"]]);
    expect(slotted(formula, "\\nabla f(\\theta_{t-1})")).toContain("<munder><mrow><mi mathv");
  });

  test("count the lines of the rule, not those of its cases", () => {
    const formula = String.raw`\begin{aligned}
      d_t &= \begin{cases} b_t & \text{yes} \\ g_t & \text{no} \end{cases} \\
      \theta_t &= b_t + d_t
      \end{aligned}`;
    const all = [...slotted(formula, "d_t", "b_t").matchAll(/data-symbol="([^"]*)"/g)];
    expect(all.map(([, latex]) => latex)).toEqual(["d_t", "b_t", "b_t", "d_t"]);
  });

  test("change nothing else", () => {
    const plain = toMarkup(toMathMl(rule, "block"));
    const without = slotted(rule, "m_t", "\\gamma")
      .replace(/<mtext data-symbol="[^"]*"><\/mtext><\/munder>/g, "")
      .replaceAll("<munder>", "");
    expect(without).toBe(plain);
  });
});

test("markup is read and written without a change", () => {
  const markup = '<math display="block"><mi mathvariant="normal">x</mi><mo>&lt;</mo></math>';
  expect(toMarkup(parseMathMl(markup))).toBe(markup);
  expect(() => parseMathMl("<mi>x")).toThrow("not one element");
});

test("a formula that is no LaTeX fails the build", () => {
  expect(() => toMathMl("\\frac{1", "block")).toThrow();
});
