// SPDX-License-Identifier: MIT
// The numbers of a run's summary against what C's printf writes.

import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { summaryOf } from "../../web/src/cli/summary.js";
import type { RunFrame } from "../../web/src/engine/types.js";

function lineFor(loss: number, accuracy: number): string {
  const run: RunFrame = {
    label: "Adam",
    step: 3,
    status: "running",
    error: null,
    loss,
    lr: [],
    parameters: [],
    inspection: null,
  };
  return summaryOf(run, {
    trainLoss: 0,
    trainAccuracy: 0,
    testLoss: 0,
    testAccuracy: accuracy,
  });
}

test("numbers are written as printf writes them", () => {
  const special = [
    0,
    -0,
    1,
    0.5,
    1e-5,
    0.0001,
    99999.95,
    999999.5,
    136046.5,
    -136047.5,
    1e6,
    1e22,
    Infinity,
    -Infinity,
  ];
  const losses = [...special, ...fc.sample(fc.float({ noNaN: true }), 300)].map(Math.fround);
  const accuracies = losses.map((_, index) => Math.fround((index % 320) / 320));
  const words = losses.flatMap((loss, index) => [
    Object.is(loss, -0) ? "-0" : String(loss).replace("Infinity", "inf"),
    String(100 * accuracies[index]!),
  ]);
  const format = "Adam: running after 3 steps, loss %.6g, test accuracy %.1f %%\\n";
  const written = execFileSync("/usr/bin/printf", [format, ...words], {
    encoding: "utf8",
  });
  const ours = losses.map((loss, index) => lineFor(loss, accuracies[index]!)).join("");
  expect(ours).toBe(written);
});
