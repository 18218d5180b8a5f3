// SPDX-License-Identifier: MIT
import { expect, test } from "vitest";
import type { Experiment } from "../../web/src/experiment/experiment.generated.js";
import { realEngine } from "./real-engine.js";

const base = { version: 1, problem: { kind: "surface", name: "bowl" } };
const sgd = { name: "SGD" };

test.each([
  ["optimizers", "optimizer", { optimizer: { name: "ScheduleFreeAdamW" } }],
  ["schedulers", "scheduler", { optimizer: sgd, scheduler: { name: "StepsLR" } }],
  ["wrappers", "wrapper", { optimizer: sgd, wrapper: { name: "LookBehind" } }],
  ["averages", "average", { optimizer: sgd, average: { name: "Mean" } }],
] as const)("an unknown name is told of all %s that there are", async (kind, member, run) => {
  const engine = await realEngine();
  const document = { ...base, runs: [run] };
  const fault = await engine.checkExperiment(document);
  expect(fault?.path).toBe(`/runs/0/${member}/name`);
  for (const { name } of (await engine.registry())[kind]) expect(fault?.message).toContain(name);
  await expect(engine.createSession(document as Experiment)).rejects.toThrow(fault!.message);
});
