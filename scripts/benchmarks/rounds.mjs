// SPDX-License-Identifier: MIT
/**
 * The rounds of scripts/bench. In every round each contestant trains each workload in a fresh process, one after
 * the other; ratios are taken within a round, because a machine's speed drifts between minutes.
 *
 * usage: node rounds.mjs [--rounds N] [--seconds S]     from the root of a built checkout
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import { parseArgs } from "node:util";

const CHECKED_STEPS = "50";
const here = (name) => new URL(name, import.meta.url).pathname;
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

const run = ([command, ...args]) => execFileSync(command, args, { encoding: "utf8" });

/** Steps per second of one contestant on one workload. */
function measure(contestant, workload, seconds) {
  // Libraries greet on standard output; the figures are the last line.
  const line = run(contestant.time(workload, seconds)).trim().split("\n").at(-1);
  const { steps, seconds: taken } = JSON.parse(line);
  return steps / taken;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const three = (value) => Number(value.toPrecision(3)).toLocaleString("en-US");

/** A table of one workload; `rounds[r][c]` is contestant c's speed in round r. */
function table(title, rounds) {
  const rows = contestants.map(({ name }, index) => [
    name,
    three(median(rounds.map((round) => round[index]))),
    three(median(rounds.map((round) => round[index] / round[0]))),
    three(median(rounds.map((round) => round[index] / round.at(-1)))),
  ]);
  const head = ["", "steps/s", "× native", "× TensorFlow.js"];
  const widths = head.map((cell, column) =>
    Math.max(...[head, ...rows].map((row) => row[column].length)),
  );
  const line = (row) =>
    row
      .map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join("  ");
  return [title, ...[head, ...rows].map((row) => `  ${line(row)}`)].join("\n");
}

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "1" },
  },
});

const peer = JSON.parse(readFileSync(here("node_modules/@tensorflow/tfjs/package.json"), "utf8"));
console.log(`${os.cpus()[0].model}, ${os.cpus().length} cores; ${os.type()} ${os.release()}`);
console.log(`Node ${process.version}; TensorFlow.js ${peer.version}; ${process.env.COMPILERS}`);
console.log(
  `Medians of ${options.rounds} rounds of ${options.seconds} s each, one thread, a process a measurement; ` +
    `the peer's loss was ours over ${CHECKED_STEPS} steps.\n`,
);

mkdirSync("build/bench", { recursive: true });
for (const workload of workloads) {
  const described = run([...native, "describe", workload.experiment, CHECKED_STEPS]);
  writeFileSync(workload.description, described);
  const rounds = Array.from({ length: Number(options.rounds) }, () =>
    contestants.map((contestant) => measure(contestant, workload, options.seconds)),
  );
  console.log(`${table(workload.title, rounds)}\n`);
}
