// SPDX-License-Identifier: MIT
/** What the JavaScript contestants of the update table share: the numbers, the proof and the clock. */

import { readFileSync } from "node:fs";

/** A ten-thousandth of the way that ten steps of 1e-3 go: TensorFlow.js has 1 - 0.999 in float32. */
const TOLERANCE = 1e-6;

/** Numbers in [-0.5, 0.5) that every contestant makes for itself to the last bit. */
export function fill(size, seed) {
  return Float32Array.from(
    { length: size },
    (_, i) => (Math.imul(i + seed, 0x9e3779b1) >>> 8) / 2 ** 24 - 0.5,
  );
}

/**
 * Whether so many steps lead where ours lead. `make(values, grad)` gives {step(), values()}; a step
 * that only queues its work returns the promise that it is done.
 */
async function prove(name, make, { size, steps, expected }) {
  const subject = make(fill(size, 1), fill(size, 2));
  for (let step = 0; step < steps; ++step) await subject.step();
  subject.values().forEach((theirs, i) => {
    const ours = expected[name][i];
    if (!(Math.abs(theirs - ours) <= TOLERANCE)) {
      throw new Error(`${name}: value ${i} is ${theirs}, StepLab's ${ours}`);
    }
  });
}

/** Updates a second, over at least `limit` seconds. */
async function rate(subject, limit) {
  const started = performance.now();
  for (let steps = 1; ; ++steps) {
    await subject.step();
    const seconds = (performance.now() - started) / 1000;
    if (seconds >= limit) return steps / seconds;
  }
}

/** Proves and times every rule; prints {rule: updates a second}. Arguments: DESCRIPTION SIZE SECONDS. */
export async function compete(makers) {
  const [description, size, seconds] = process.argv.slice(2);
  const proof = JSON.parse(readFileSync(description, "utf8"));
  const rates = {};
  for (const [name, make] of Object.entries(makers)) {
    await prove(name, make, proof);
    const subject = make(fill(Number(size), 1), fill(Number(size), 2));
    await rate(subject, Number(seconds) / 4); // the engine compiles again what is hot
    rates[name] = await rate(subject, Number(seconds));
  }
  console.log(JSON.stringify(rates));
}
