// SPDX-License-Identifier: MIT
import { describe, expect, test } from "vitest";
import type { History, HyperParameterInfo, Registry } from "../../web/src/engine/types.js";
import type { Experiment } from "../../web/src/experiment/experiment.generated.js";
import { presets } from "../../web/src/experiment/presets.js";
import { differences, firstParting, list, loopDeparture } from "../../web/src/state/comparison.js";
import { HistoryBuffer } from "../../web/src/state/history-buffer.js";
import { loopOf } from "../../web/src/state/loop-lines.js";
import { hyperParameter, optimizerInfo } from "./registry.js";

const option = (name: string, value: number) => hyperParameter({ name, default: value });
const optimizer = (name: string, hyper_parameters: readonly HyperParameterInfo[]) =>
  optimizerInfo({ name, hyper_parameters });
const registry: Registry = {
  version: "",
  optimizers: [
    optimizer("SGD", [option("lr", 0.001), option("momentum", 0)]),
    optimizer("Adam", [option("lr", 0.001), option("eps", 1e-8)]),
    optimizer("RMSprop", [option("lr", 0.01), option("eps", 1e-6)]),
  ],
  wrappers: [],
  averages: [],
  schedulers: [],
  surfaces: [],
};
const race = (...optimizers: Experiment["runs"][number]["optimizer"][]): Experiment => ({
  version: 1,
  problem: { kind: "surface", name: "bowl" },
  runs: optimizers.map((each) => ({ optimizer: each })),
});

describe("what differs between runs", () => {
  test.each([
    [["lr"], race({ name: "SGD", lr: 0.1 }, { name: "SGD", lr: 0.2 })],
    [["momentum"], race({ name: "SGD" }, { name: "SGD", momentum: 0.9 })],
    [[], race({ name: "SGD", lr: 0.001 }, { name: "SGD", momentum: 0 })],
    [["optimizer", "lr"], race({ name: "Adam" }, { name: "RMSprop" })],
  ])("%j", (expected, experiment) => {
    expect(differences(experiment, registry)).toEqual(expected);
  });

  test("a scheduler's own line is no other loop", () => {
    const schedules = presets.find(({ id }) => id === "schedules")!.experiment;
    expect(differences(schedules, registry)).toEqual(["scheduler"]);
  });
});

test.each([
  ["lost-zero-grad", "has lost its zero_grad"],
  ["step-before-backward", "runs the same lines in another order"],
  ["zero-grad-last", "runs the same lines in another order"],
  ["backward-twice", "runs backward more than once"],
  ["accumulate-four", "runs step and zero_grad only every 4th time"],
])("%s %s", (id, expected) => {
  const { experiment } = presets.find((preset) => preset.id === id)!;
  expect(loopDeparture(loopOf(experiment, experiment.runs[0]!), false)).toBe(expected);
});

describe("the first parting of two runs", () => {
  const history = (mine: readonly number[], other: readonly number[]): History => ({
    from: 0,
    to: mine.length,
    runs: [mine, other].map((values, run) => ({
      label: `${run}`,
      loss: new Float32Array(values.length),
      lr: new Float64Array(values.length),
      gradNorm: new Float32Array(values.length),
      updateNorm: new Float32Array(values.length),
      parameters: [{ name: "x", values: Float32Array.from(values) }],
    })),
  });
  const parting = (mine: readonly number[], other: readonly number[]) =>
    firstParting(new HistoryBuffer(history(mine, other), 10), 0, 1);

  test("is the first step whose bits differ", () => {
    expect(parting([1, 2, 3.5, 9], [1, 2, 3.25, 8])).toEqual({
      step: 2,
      parameter: "x",
      values: [3.5, 3.25],
    });
  });

  test("is nowhere when all bits are the same, NaN included; zeros differ by their sign", () => {
    expect(parting([1, NaN], [1, NaN])).toBeNull();
    expect(parting([0], [-0])).not.toBeNull();
  });

  test("sees what is appended later", () => {
    const buffer = new HistoryBuffer(history([1, 2], [1, 2]), 10);
    buffer.append({ ...history([2, 5], [2, 6]), from: 1, to: 3 });
    expect(buffer.length).toBe(3);
    expect(firstParting(buffer, 0, 1)?.step).toBe(2);
  });
});

test("lists read as in English", () => {
  expect([list([]), list(["a"]), list(["a", "b"]), list(["a", "b", "c"])]).toEqual([
    "",
    "a",
    "a and b",
    "a, b and c",
  ]);
});
