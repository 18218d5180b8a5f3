// SPDX-License-Identifier: MIT
import { describe, expect, test } from "vitest";
import { familiesOf, search } from "../../web/src/components/families.js";
import { hyperText } from "../../web/src/components/hyper-text.js";
import { symbolsOf } from "../../web/src/components/symbols.js";
import { hyperParameter, optimizerInfo } from "./registry.js";

const sgd = optimizerInfo({
  name: "SGD",
  family: "First steps",
  summary: "A ball with momentum.",
  hyper_parameters: [hyperParameter({ name: "nesterov", default: false })],
});
const lion = optimizerInfo({
  name: "Lion",
  family: "Sign and momentum",
  summary: "The sign.",
});
const adam = optimizerInfo({ name: "Adam", family: "First steps" });
const signum = optimizerInfo({
  name: "Signum",
  family: "Sign and momentum",
  summary: "As Lion.",
});
const all = [sgd, lion, adam, signum];

test("families stand in the registry's order", () => {
  expect(familiesOf(all)).toEqual([
    { name: "First steps", optimizers: [sgd, adam] },
    { name: "Sign and momentum", optimizers: [lion, signum] },
  ]);
});

describe("a search", () => {
  test.each([
    ["", all],
    ["lion", [lion, signum]],
    ["MOMENTUM sign", [lion, signum]],
    ["nest", [sgd]],
    ["signum", [signum]],
    ["first steps", [sgd, adam]],
    ["newton", []],
  ])("for %j finds names first, then what is said of them", (text, found) => {
    expect(search(all, text)).toEqual(found);
  });
});

test("a tuple's symbols are told apart, an index's commas are not", () => {
  expect(symbolsOf("\\beta_1, \\beta_2")).toEqual(["\\beta_1", "\\beta_2"]);
  expect(symbolsOf("W_{i,j}")).toEqual(["W_{i,j}"]);
  expect(symbolsOf("")).toEqual([]);
});

test("hyper-parameters are written as in Python", () => {
  expect([null, true, 0.001, "strong_wolfe", [0.9, 0.999], [null, 0.001]].map(hyperText)).toEqual([
    "None",
    "True",
    "0.001",
    '"strong_wolfe"',
    "(0.9, 0.999)",
    "(None, 0.001)",
  ]);
});
