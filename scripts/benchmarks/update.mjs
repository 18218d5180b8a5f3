// SPDX-License-Identifier: MIT
/**
 * The table of bare updates: one step of an optimizer over one large parameter whose gradient is given. Ours are
 * compared with the bandwidth of y += s·x over arrays of the same size, measured in the same process in turns,
 * the least that any update costs; everything is compared with our wasm.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { figures, here, median, table, three } from "./report.mjs";

const PROOF = { size: 1000, steps: 10 };
const proofFile = "build/bench/updates.json";
const native = ["build/native/tests/bench/steplab_update_bench"];
// Emscripten 3.1.6's loader calls fetch() on a path when Node offers it.
const wasm = ["node", "--no-experimental-fetch", "build/wasm/tests/bench/steplab_update_bench.js"];
const torch = process.env.TORCH_PYTHON && [process.env.TORCH_PYTHON, here("updates/pytorch.py")];

/** Bytes read and written for an element, in float32: value and gradient, and the state twice. */
const rules = [
  { key: "SGD", title: "SGD with momentum", bytes: 20 },
  { key: "Adam", title: "Adam", bytes: 28 },
  { key: "AdamW", title: "AdamW", bytes: 28 },
];
const BANDWIDTH_BYTES = 12;

/**
 * What a core's own cache holds, what a shared cache of most machines does, of some, and of none. The
 * last tells how near the memory's bandwidth we come; peers would take a quarter of an hour there.
 */
const SIZES = [
  { parameters: "100000", peers: true },
  { parameters: "1000000", peers: true },
  { parameters: "8000000", peers: true },
  { parameters: "32000000", peers: false },
];

const OURS = "StepLab, wasm in Node";
const peer = (name, command, flags = []) => ({
  name,
  time: (size, seconds) => [...command, proofFile, size, seconds, ...flags],
});
const own = [
  { name: OURS, time: (size, seconds) => [...wasm, "time", size, seconds] },
  { name: "StepLab, native", time: (size, seconds) => [...native, "time", size, seconds] },
];
const others = [
  ...(torch ? [peer("PyTorch", torch), peer("PyTorch, fused=True", torch, ["--fused"])] : []),
  peer("jax-js, wasm in Node", ["node", here("updates/jaxjs.mjs")]),
  peer("TensorFlow.js, wasm in Node", ["node", here("updates/tfjs.mjs")]),
  peer("JavaScript by hand, Node", ["node", here("updates/handwritten.mjs")]),
];

const range = (values) => `${three(Math.min(...values))}–${three(Math.max(...values))}`;

/** Median and range of what `figure` makes of every round, or a dash where a contestant lacks the rule. */
function spread(rounds, figure) {
  const values = rounds.map(figure);
  return values.every(Number.isFinite) ? [three(median(values)), range(values)] : ["–", "–"];
}

/** `rounds[r][name]` are the rates of a contestant in round r. */
function ruleTable({ key, title, bytes }, size, rounds) {
  const rows = Object.keys(rounds[0]).map((name) => {
    const [rate] = spread(rounds, (round) => round[name][key]);
    const [gigabytes] = spread(rounds, (round) => (round[name][key] * size * bytes) / 1e9);
    const [share, shares] = spread(
      rounds,
      (round) => (100 * round[name][key] * bytes) / (round[name].bandwidth * BANDWIDTH_BYTES),
    );
    const [ratio, ratios] = spread(rounds, (round) => round[OURS][key] / round[name][key]);
    return [name, rate, gigabytes, share, shares, ratio, ratios];
  });
  const head = ["", "updates/s", "GB/s", "% of bandwidth", "(range)", "ours, wasm: ×", "(range)"];
  return table(`${title}, ${Number(size).toLocaleString("en-US")} parameters`, head, rows);
}

export function compareUpdates({ rounds: count, seconds }) {
  mkdirSync("build/bench", { recursive: true });
  const { size, steps } = PROOF;
  const expected = figures([...native, "values", String(size), String(steps)]);
  writeFileSync(proofFile, JSON.stringify({ size, steps, expected }));
  console.log(`Bare updates; the peers' values were ours after ${steps} of them.`);
  if (!torch) console.log("Without PyTorch: name a Python that has it as TORCH_PYTHON.");
  console.log();
  for (const { parameters, peers } of SIZES) {
    const contestants = peers ? [...own, ...others] : own;
    const rounds = Array.from({ length: Number(count) }, () =>
      Object.fromEntries(
        contestants.map(({ name, time }) => [name, figures(time(parameters, seconds))]),
      ),
    );
    for (const { name } of own) {
      const [gigabytes, gigabyteRange] = spread(
        rounds,
        (round) => (round[name].bandwidth * Number(parameters) * BANDWIDTH_BYTES) / 1e9,
      );
      console.log(`${name}: update bandwidth ${gigabytes} GB/s (${gigabyteRange})`);
    }
    for (const rule of rules) console.log(`${ruleTable(rule, parameters, rounds)}\n`);
  }
}
