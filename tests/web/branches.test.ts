// SPDX-License-Identifier: MIT
import { describe, expect, test } from "vitest";
import type { Experiment } from "../../web/src/experiment/experiment.generated.js";
import {
  branchStep,
  changesFrom,
  onlyRun,
  optimizerAt,
  withBranch,
  withLoopAt,
  withOnlyRun,
  withOptionsAt,
} from "../../web/src/state/branches.js";
import { withCopy, withoutRun } from "../../web/src/state/edits.js";
import { loopAt, newLine } from "../../web/src/state/loop-lines.js";

const sgd = { name: "SGD", lr: 0.1 };
const experiment: Experiment = {
  version: 1,
  problem: { kind: "surface", name: "bowl" },
  runs: [
    { label: "your loop", optimizer: sgd, loop: ["forward", "backward", "step"] },
    { label: "canonical", optimizer: sgd },
  ],
  edits: [
    { at: 2, freeze: "x" },
    { at: 4, run: 0, set: { lr: 0.2 } },
  ],
};

describe("a branch", () => {
  const branched = withBranch(experiment, 0, 14);

  test("is a copy with its own edits from that step on", () => {
    expect(branched.runs[2]).toEqual({
      ...experiment.runs[0],
      label: "your loop, from step 14",
    });
    expect(branched.edits).toEqual([
      { at: 2, freeze: "x" },
      { at: 4, run: 0, set: { lr: 0.2 } },
      { at: 4, run: 2, set: { lr: 0.2 } },
      { at: 14, run: 2, loop: ["forward", "backward", "step"] },
    ]);
    expect([branchStep(branched, 2), branchStep(branched, 0)]).toEqual([14, null]);
  });

  test("changes the copy alone, and nothing that came before", () => {
    const changed = withLoopAt(branched, 2, 30, [newLine("step")]);
    expect(changed.runs).toEqual(branched.runs);
    expect(loopAt(changed, 2, 13)).toEqual(loopAt(branched, 2, 13));
    expect(loopAt(changed, 2, 14)).toEqual([newLine("step")]);
    expect(loopAt(changed, 0, 14)).toEqual(loopAt(branched, 0, 14));
    // The same edit is changed again, not another one added.
    expect(withLoopAt(changed, 2, 31, [newLine("forward")]).edits).toHaveLength(4);
  });

  test("of no branch changes the run from its start", () => {
    expect(changesFrom(branched, 0, 30)).toBeNull();
    expect(withLoopAt(branched, 0, 30, [newLine("step")]).runs[0]!.loop).toEqual(["step"]);
  });

  test("may be branched once more, further on", () => {
    const twice = withBranch(branched, 2, 20);
    expect(twice.runs[3]!.label).toBe("your loop, from step 20");
    expect([changesFrom(twice, 3, 16), changesFrom(twice, 3, 20)]).toEqual([14, 20]);
  });

  test("has options of its own", () => {
    const faster = withOptionsAt(branched, 2, 14, { name: "SGD", lr: 0.5 }, { momentum: 0 });
    expect(optimizerAt(faster, 2, 14)).toEqual({ name: "SGD", lr: 0.5 });
    expect(optimizerAt(faster, 0, 14)["lr"]).toBe(0.2);
    const back = withOptionsAt(faster, 2, 14, sgd, { momentum: 0 });
    expect(back.edits!.filter((edit) => "set" in edit && edit.at === 14)).toEqual([]);
  });

  test("takes its edits along when it goes, or gets another place", () => {
    expect(withoutRun(branched, 2)).toEqual(experiment);
    const shifted = withCopy(branched, 0);
    expect(branchStep(shifted, 3)).toBe(14);
    expect(shifted.edits!.filter(({ run }) => run === 1)).toEqual([
      { at: 4, run: 1, set: { lr: 0.2 } },
    ]);
  });
});

describe("a run on its own", () => {
  test("keeps the edits that concern it", () => {
    const alone = onlyRun(experiment, 0);
    expect(alone.runs).toEqual([experiment.runs[0]]);
    expect(alone.edits).toEqual([
      { at: 2, freeze: "x" },
      { at: 4, set: { lr: 0.2 } },
    ]);
    expect(onlyRun(experiment, 1).edits).toEqual([{ at: 2, freeze: "x" }]);
  });

  test("comes back into its place, the others as they were", () => {
    const whole = withOnlyRun(experiment, 0, onlyRun(experiment, 0));
    expect(whole.runs).toEqual(experiment.runs);
    for (const run of [0, 1]) expect(onlyRun(whole, run)).toEqual(onlyRun(experiment, run));
  });

  test("brings a mended loop, and a mended rate to the run beside it", () => {
    const { runs, ...rest } = onlyRun(experiment, 0);
    const mended = withOnlyRun(experiment, 0, {
      ...rest,
      runs: [{ ...runs[0]!, optimizer: { name: "SGD", lr: 0.01 }, loop: ["step"] }],
    });
    expect(mended.runs).toEqual([
      { label: "your loop", optimizer: { name: "SGD", lr: 0.01 }, loop: ["step"] },
      { label: "canonical", optimizer: { name: "SGD", lr: 0.01 } },
    ]);
  });
});
