// SPDX-License-Identifier: MIT
import { describe, expect, test } from "vitest";
import type { Registry } from "../../web/src/engine/types.js";
import type { Experiment, Run } from "../../web/src/experiment/experiment.generated.js";
import { differences } from "../../web/src/state/comparison.js";
import { withAverage, withNewRun, withOptimizer, withWrapper } from "../../web/src/state/edits.js";
import { hyperParameter, optimizerInfo } from "./registry.js";

const lr = (value: number) => hyperParameter({ name: "lr", default: value });
const registry: Registry = {
  version: "",
  optimizers: [
    optimizerInfo({
      name: "SGD",
      hyper_parameters: [lr(0.001), hyperParameter({ name: "momentum", default: 0 })],
    }),
    optimizerInfo({ name: "Adam", hyper_parameters: [lr(0.001)] }),
    optimizerInfo({ name: "Prodigy", hyper_parameters: [lr(1)] }),
    optimizerInfo({ name: "NelderMead" }),
  ],
  wrappers: [],
  averages: [],
  schedulers: [],
  surfaces: [],
};

describe("another optimizer", () => {
  const run: Run = { label: "SGD", optimizer: { name: "SGD", lr: 0.05, momentum: 0.9 } };

  test.each([
    ["keeps the learning rate where it means the same", "Adam", { name: "Adam", lr: 0.05 }],
    ["takes its own where that is of another order", "Prodigy", { name: "Prodigy" }],
    ["has none where it knows none", "NelderMead", { name: "NelderMead" }],
  ])("%s", (_, name, optimizer) => {
    expect(withOptimizer(run, registry, name, true)).toEqual({ label: name, optimizer });
  });

  test("leaves groups the options that it knows", () => {
    const grouped: Run = { ...run, param_groups: [{ params: ["x"], lr: 0.1, momentum: 0.5 }] };
    const { param_groups } = withOptimizer(grouped, registry, "Adam", false);
    expect(param_groups).toEqual([{ params: ["x"], lr: 0.1 }]);
  });
});

test("a new run is the first optimizer that does not run yet, at a rate of its kind", () => {
  const race = (...runs: Run[]): Experiment => ({
    version: 1,
    problem: { kind: "surface", name: "bowl" },
    runs,
  });
  const sgd: Run = { optimizer: { name: "SGD", lr: 0.05 } };
  const adam: Run = { optimizer: { name: "Adam", lr: 0.02 } };
  expect(withNewRun(race(sgd), registry).runs[1]?.optimizer).toEqual({ name: "Adam", lr: 0.05 });
  expect(withNewRun(race(sgd, adam), registry).runs[2]?.optimizer).toEqual({ name: "Prodigy" });
});

test("a wrapper comes, goes, and is something that differs", () => {
  const run: Run = { optimizer: { name: "SGD" } };
  const wrapped = withWrapper(run, { name: "Lookahead", k: 3 });
  expect(wrapped.wrapper).toEqual({ name: "Lookahead", k: 3 });
  expect(withWrapper(wrapped, null)).toEqual(run);
  const race: Experiment = {
    version: 1,
    problem: { kind: "surface", name: "bowl" },
    runs: [run, wrapped],
  };
  expect(differences(race, registry)).toEqual(["wrapper"]);
});

test("an average comes and goes, and is nothing that runs differ in: it has no effect on them", () => {
  const run: Run = { optimizer: { name: "SGD" } };
  const averaged = withAverage(run, { name: "EMA", decay: 0.9 });
  expect(averaged.average).toEqual({ name: "EMA", decay: 0.9 });
  expect(withAverage(averaged, null)).toEqual(run);
  const race: Experiment = {
    version: 1,
    problem: { kind: "surface", name: "bowl" },
    runs: [run, averaged],
  };
  expect(differences(race, registry)).toEqual([]);
});
