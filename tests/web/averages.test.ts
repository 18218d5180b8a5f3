// SPDX-License-Identifier: MIT
import { describe, expect, test } from "vitest";
import type { AverageInfo, History } from "../../web/src/engine/types.js";
import type { Experiment } from "../../web/src/experiment/experiment.generated.js";
import { withCasings } from "../../web/src/charts/chart-data.js";
import { firstAverage } from "../../web/src/state/first-average.js";
import { HistoryBuffer } from "../../web/src/state/history-buffer.js";
import { lossSeries, parameterSeries, trailsOf } from "../../web/src/views/series.js";
import { realEngine } from "./real-engine.js";

const info = (name: string): AverageInfo => ({
  name,
  summary: "",
  pytorch_class: "",
  engine: "full",
  formula: "",
  hyper_parameters: [],
});

describe("an average to begin with", () => {
  test.each([
    ["EMA", 200, { name: "EMA", decay: 0.95 }],
    ["EMA", 5, { name: "EMA", decay: 0.5 }],
    ["EMA", 1_000_000, { name: "EMA", decay: 0.999 }],
    ["SWA", 201, { name: "SWA", start: 100 }],
  ])("%s over %i steps", (name, steps, expected) => {
    expect(firstAverage(info(name), steps)).toEqual(expected);
  });
});

const experiment: Experiment = {
  version: 1,
  steps: 4,
  problem: { kind: "surface", formula: "3*x", start: [8, 1] },
  runs: [
    { label: "plain", optimizer: { name: "SGD", lr: 0.5 } },
    { label: "kept", optimizer: { name: "SGD", lr: 0.5 }, average: { name: "EMA", decay: 0.5 } },
  ],
};

async function played(): Promise<HistoryBuffer> {
  const engine = await realEngine();
  const session = await engine.createSession(experiment);
  const buffer = new HistoryBuffer(await session.history(), 4);
  // In pieces, as a page reads it.
  for (const steps of [1, 2]) {
    await session.advance(steps);
    buffer.append(await session.history(buffer.next));
  }
  return buffer;
}

test("an average is drawn beside its run, and only there", async () => {
  const buffer = await played();
  const loss = lossSeries(buffer, experiment);
  expect(loss.map(({ label, run, average }) => [label, run, average])).toEqual([
    ["plain", 0, undefined],
    ["kept", 1, undefined],
    ["EMA of kept", 1, true],
  ]);
  expect([...(loss[2]?.values ?? [])]).toEqual([NaN, 19.5, 17.25, 13.875]);
  expect([...(parameterSeries(buffer, experiment, 0)[2]?.values ?? [])]).toEqual([
    NaN,
    6.5,
    5.75,
    4.625,
  ]);
  const trail = trailsOf(buffer, experiment)[2];
  expect(trail?.label).toBe("EMA of kept");
  expect([...(trail?.x ?? [])]).toEqual([NaN, 6.5, 5.75, 4.625]);
  expect([...(trail?.y ?? [])]).toEqual([NaN, 1, 1, 1]);
});

test("a run without an average has no columns of one", async () => {
  const history: History = await (await (await realEngine()).createSession(experiment)).history();
  expect(history.runs.map((run) => run.average === undefined)).toEqual([true, false]);
});

test("evaluations tell of the average's test set too, once it has begun", async () => {
  const session = await (
    await realEngine()
  ).createSession({
    version: 1,
    steps: 5,
    problem: { kind: "task", data: { name: "moons" }, model: { hidden: [4] } },
    runs: [
      { optimizer: { name: "SGD", lr: 0.5 }, average: { name: "EMA", decay: 1 } },
      { optimizer: { name: "SGD", lr: 0.5 } },
    ],
  });
  expect((await session.evaluate(0))?.average).toBeUndefined();
  await session.advance(1);
  const first = await session.evaluate(1);
  await session.advance(4);
  const [averaged, plain] = await Promise.all([session.evaluate(0), session.evaluate(1)]);
  // It keeps all of itself: it is where the first step led.
  expect(averaged?.average?.testLoss).toBe(first?.testLoss);
  expect(averaged?.testLoss).not.toBe(first?.testLoss);
  expect(plain?.average).toBeUndefined();
});

test("an average's line has an edge below it, and its run's has none", () => {
  const values = new Float64Array();
  const drawn = withCasings([
    { label: "kept", run: 0, values },
    { label: "EMA of kept", run: 0, average: true, values },
  ]);
  expect(drawn.map(({ label, casing }) => [label, casing === true])).toEqual([
    ["kept", false],
    ["EMA of kept", true],
    ["EMA of kept", false],
  ]);
});

test("on mini-batches the loss of an average is not drawn", async () => {
  const buffer = await played();
  const task: Experiment = {
    ...experiment,
    problem: { kind: "task", data: { name: "moons" } },
  };
  expect(lossSeries(buffer, task).map(({ label }) => label)).toEqual(["plain", "kept"]);
});
