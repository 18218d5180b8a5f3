// SPDX-License-Identifier: MIT
import { beforeEach, expect, test, vi } from "vitest";
import { Pace } from "../../web/src/state/pace.js";
import type { Speed } from "../../web/src/state/speeds.js";

const fiveASecond: Speed = { label: "", unit: "iterations", rate: 5 };
const unbound: Speed = { label: "", unit: "iterations", rate: Infinity };

let now = 0;

beforeEach(() => {
  now = 1_000;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
  return () => clock.mockRestore();
});

test("the first is due at once, and the others when their time has come", () => {
  const pace = new Pace();
  pace.begin();
  expect(pace.isDue(now, fiveASecond)).toBe(true);
  expect(pace.takeIterations(fiveASecond)).toBe(1);
  expect(pace.isDue((now += 150), fiveASecond)).toBe(false);
  expect(pace.isDue((now += 100), fiveASecond)).toBe(true);
});

test("time that stood still does not count", () => {
  const pace = new Pace();
  pace.begin();
  pace.isDue(now, fiveASecond);
  pace.takeIterations(fiveASecond);
  now += 60_000;
  pace.resume();
  expect(pace.isDue(now, fiveASecond)).toBe(false);
});

test("no more than a slice is taken, and what could not be is not caught up with", () => {
  const pace = new Pace();
  pace.begin();
  expect(pace.isDue((now += 10_000), fiveASecond)).toBe(true);
  expect(pace.takeIterations(fiveASecond)).toBe(pace.slice);
  // 43 were due: what remains is a tenth of a second's.
  expect(pace.isDue(now, fiveASecond)).toBe(false);
});

test("a slice grows while answers are quick, and shrinks to one while they are slow", () => {
  const pace = new Pace();
  pace.adapt(1, 30);
  expect(pace.slice).toBe(16);
  for (let k = 0; k < 40; k++) pace.adapt(0, 30);
  expect(pace.slice).toBe(100_000);
  for (let k = 0; k < 40; k++) pace.adapt(1_000, 30);
  expect(pace.slice).toBe(1);
  pace.begin();
  pace.isDue((now += 16), unbound);
  expect(pace.takeIterations(unbound)).toBe(1);
});
