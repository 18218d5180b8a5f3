// SPDX-License-Identifier: MIT
import { expect, test } from "vitest";
import type { SchedulerInfo } from "../../web/src/engine/types.js";
import { firstScheduler } from "../../web/src/state/first-scheduler.js";
import { hyperParameter } from "./registry.js";

const scheduler = (
  name: string,
  options: Readonly<Record<string, number | null>>,
): SchedulerInfo => ({
  name,
  summary: "",
  pytorch_class: "",
  formula: "",
  hyper_parameters: Object.entries(options).map(([option, value]) =>
    hyperParameter({ name: option, default: value }),
  ),
});

test.each([
  ["StepLR", { step_size: null, gamma: 0.1 }, { step_size: 50 }],
  ["CosineAnnealingLR", { T_max: null, eta_min: 0 }, { T_max: 200 }],
  ["MultiStepLR", { milestones: null, gamma: 0.1 }, { milestones: [100, 150] }],
  ["ExponentialLR", { gamma: null }, { gamma: 0.9772 }],
  ["PolynomialLR", { total_iters: 5, power: 1 }, { total_iters: 200 }],
  ["CyclicLR", { base_lr: null, max_lr: null, base_momentum: 0.8 }, { base_lr: 0.03, max_lr: 0.3 }],
  ["LambdaLR", { lr_lambda: null }, { lr_lambda: "0.99" }],
])("%s begins with lengths that fit 200 steps", (name, options, expected) => {
  expect(firstScheduler(scheduler(name, options), 200, 0.3)).toEqual({ name, ...expected });
});

test("lengths are whole and at least one, however short the experiment", () => {
  expect(firstScheduler(scheduler("StepLR", { step_size: null }), 1, 0.1)).toEqual({
    name: "StepLR",
    step_size: 1,
  });
});
