// SPDX-License-Identifier: MIT
import { expect, test } from "vitest";
import type { SchedulerInfo } from "../../web/src/engine/types.js";
import { firstSchedule, schedulesOf, writtenSchedules } from "../../web/src/state/schedules.js";
import { hyperParameter } from "./registry.js";

const info = (name: string, option: string | null): SchedulerInfo => ({
  name,
  kind: option === null ? "composite" : "chainable",
  summary: "",
  pytorch_class: "",
  formula: "",
  hyper_parameters: option === null ? [] : [hyperParameter({ name: option, default: null })],
});
const registry = [
  info("LinearLR", "total_iters"),
  info("CosineAnnealingLR", "T_max"),
  info("SequentialLR", null),
];

test("none, one and several are written as the document has them", () => {
  const [one, two] = [{ name: "StepLR", step_size: 3 }, { name: "LinearLR" }];
  for (const schedules of [[], [one], [one, two]]) {
    const scheduler = writtenSchedules(schedules);
    const run = { optimizer: { name: "SGD" }, ...(scheduler ? { scheduler } : {}) };
    expect(schedulesOf(run)).toEqual(schedules);
  }
  expect(writtenSchedules([])).toBeNull();
  expect(writtenSchedules([one])).toEqual(one);
});

test("one that takes turns begins with a warm-up and a fall that together last as long", () => {
  expect(firstSchedule(registry[2]!, registry, 200, 0.1)).toEqual({
    name: "SequentialLR",
    schedulers: [
      { name: "LinearLR", total_iters: 20 },
      { name: "CosineAnnealingLR", T_max: 180 },
    ],
    milestones: [20],
  });
});
