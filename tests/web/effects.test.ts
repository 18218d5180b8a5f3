// SPDX-License-Identifier: MIT
import { describe, expect, test } from "vitest";
import type { Frame } from "../../web/src/engine/types.js";
import { effectBetween, effectsOf } from "../../web/src/state/effects.js";
import { effectWords } from "../../web/src/state/effect-words.js";
import { newLine, type LineKind } from "../../web/src/state/loop-lines.js";
import { iterationAtHand, withMoment } from "../../web/src/state/recall.js";
import { moment, parameter, runFrame } from "./frames.js";

const zeros = Float32Array.of(0);
const three = Float32Array.of(3);

describe("what a line changed", () => {
  test("None and zero are not the same", () => {
    const filled = runFrame([parameter("x", { grad: three })]);
    const none = effectBetween(filled, runFrame([parameter("x")]));
    const zero = effectBetween(filled, runFrame([parameter("x", { grad: zeros })]));
    expect(none.grads).toEqual([{ parameter: "x", before: 3, after: null }]);
    expect(zero.grads).toEqual([{ parameter: "x", before: 3, after: 0 }]);
    expect(effectBetween(filled, filled).grads).toEqual([]);
  });

  test("is told of values, of the learning rate, of state and of owners", () => {
    const before = runFrame([parameter("x"), parameter("gone")]);
    const after = runFrame(
      [
        parameter("x", { value: three, state: [{ name: "momentum_buffer", value: three }] }),
        parameter("new", { group: null }),
      ],
      { lr: [0.05], loss: 2 },
    );
    expect(effectBetween(before, after)).toEqual({
      loss: 2,
      grads: [],
      moved: [{ parameter: "x", norm: 2 }],
      lr: [{ group: 0, before: 0.1, after: 0.05 }],
      requiresGrad: [],
      ownership: [
        { parameter: "new", before: null, after: "orphaned" },
        { parameter: "gone", before: "owned", after: null },
      ],
      state: [{ parameter: "x", names: ["momentum_buffer"] }],
    });
  });

  test("a NaN that stays is no change", () => {
    const frame = () => runFrame([parameter("x", { value: Float32Array.of(NaN) })], { loss: NaN });
    const effect = effectBetween(frame(), frame());
    expect([effect.loss, effect.moved]).toEqual([null, []]);
  });

  test("is told line by line, for one run", () => {
    const at = (loss: number) => moment([runFrame([]), runFrame([], { loss })]);
    expect(effectsOf([at(1), at(2), at(2)], 1).map(({ loss }) => loss)).toEqual([2, null]);
    expect(effectsOf([at(1)], 1)).toEqual([]);
  });
});

test("a layer that was replaced is told from the one in its place", () => {
  const before = runFrame([parameter("2.weight")]);
  const after = runFrame([parameter("2.weight", { group: null }), parameter("2.weight")]);
  expect(effectBetween(before, after).ownership).toEqual([
    { parameter: "2.weight", before: "owned", after: "orphaned" },
    { parameter: "2.weight", before: null, after: "stale" },
  ]);
});

describe("in a few words", () => {
  const grads = (before: Float32Array | null, after: Float32Array | null) =>
    effectBetween(
      runFrame([parameter("x", { grad: before }), parameter("y", { grad: before })]),
      runFrame([parameter("x", { grad: after }), parameter("y", { grad: after })]),
    );
  const nothing = grads(null, null);
  const say = (kind: LineKind, effect = nothing) => effectWords(newLine(kind), effect, 0);

  test.each([
    ["2 grads → None", say("zero_grad", grads(three, null))],
    ["2 grads → 0", say("zero_grad", grads(three, zeros))],
    ["nothing to clear", say("zero_grad")],
    ["‖grad‖ 4.243", say("backward", grads(null, three))],
    ["‖grad‖ 0 → 4.243", say("backward", grads(zeros, three))],
    ["nothing moved", say("step")],
    ["within the limit", say("clip_grad_norm")],
    ["waited", effectWords({ ...newLine("step"), every: 2 }, nothing, 0)],
    ["", effectWords({ ...newLine("step"), enabled: false }, nothing, 0)],
  ])("%s", (expected, said) => {
    expect(said).toBe(expected);
  });
});

describe("the moments of an iteration", () => {
  const lines = 4;
  const frame = (iteration: number, instruction: number): Frame =>
    moment([], { iteration, instruction });

  test("are those before it while it has not begun", () => {
    expect(iterationAtHand(frame(0, 0), lines)).toEqual({ iteration: 0, ran: 0 });
    expect(iterationAtHand(frame(3, 2), lines)).toEqual({ iteration: 3, ran: 2 });
    expect(iterationAtHand(frame(3, 0), lines)).toEqual({ iteration: 2, ran: 4 });
  });

  test("grow line by line, and begin anew with each iteration", () => {
    const [a, b, c, d] = [frame(0, 0), frame(0, 1), frame(1, 0), frame(1, 1)] as const;
    const first = withMoment([a], a, b);
    expect(first).toEqual([a, b]);
    expect(withMoment(first, b, c)).toEqual([a, b, c]);
    expect(withMoment([a, b, c], c, d)).toEqual([c, d]);
    // What was before is not known: the last line alone is told of.
    expect(withMoment([b], b, c)).toEqual([b, c]);
  });
});
