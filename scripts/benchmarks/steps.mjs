// SPDX-License-Identifier: MIT
/** The table of whole training steps: forward, backward, update, beside TensorFlow.js doing the same. */

import { mkdirSync, writeFileSync } from "node:fs";
import { figures, here, median, run, table, three } from "./report.mjs";

const CHECKED_STEPS = "50";
const native = ["build/native/tests/bench/steplab_bench"];
// Emscripten 3.1.6's loader calls fetch() on a path when Node offers it.
const wasm = ["node", "--no-experimental-fetch", "build/wasm/tests/bench/steplab_bench.js"];

const workloads = [
  { key: "rosenbrock", title: "Rosenbrock, Adam" },
  { key: "mlp", title: "MLP 2-8-8-1 tanh, MSE, batch 32, SGD" },
  { key: "digits", title: "Digits MLP 64-64-32-10 ReLU, cross-entropy, batch 64, Adam" },
].map((workload) => ({
  ...workload,
  experiment: here(`workloads/${workload.key}.json`),
  description: `build/bench/${workload.key}.json`,
}));

const contestants = [
  {
    name: "StepLab, native",
    time: ({ experiment }, seconds) => [...native, "time", experiment, seconds],
  },
  {
    name: "StepLab, wasm in Node",
    time: ({ experiment }, seconds) => [...wasm, "time", experiment, seconds],
  },
  {
    name: "TensorFlow.js, wasm in Node",
    time: ({ experiment, description }, seconds) => [
      "node",
      here("tfjs.mjs"),
      experiment,
      description,
      seconds,
    ],
  },
];

/** Steps per second of one contestant on one workload. */
function measure(contestant, workload, seconds) {
  const { steps, seconds: taken } = figures(contestant.time(workload, seconds));
  return steps / taken;
}

/** A table of one workload; `rounds[r][c]` is contestant c's speed in round r. */
function stepsTable(title, rounds) {
  const rows = contestants.map(({ name }, index) => [
    name,
    three(median(rounds.map((round) => round[index]))),
    three(median(rounds.map((round) => round[index] / round[0]))),
    three(median(rounds.map((round) => round[index] / round.at(-1)))),
  ]);
  return table(title, ["", "steps/s", "× native", "× TensorFlow.js"], rows);
}

export function compareSteps({ rounds: count, seconds }) {
  console.log(`Training steps; the peer's loss was ours over ${CHECKED_STEPS} of them.\n`);
  mkdirSync("build/bench", { recursive: true });
  for (const workload of workloads) {
    const described = run([...native, "describe", workload.experiment, CHECKED_STEPS]);
    writeFileSync(workload.description, described);
    const rounds = Array.from({ length: Number(count) }, () =>
      contestants.map((contestant) => measure(contestant, workload, seconds)),
    );
    console.log(`${stepsTable(workload.title, rounds)}\n`);
  }
}
