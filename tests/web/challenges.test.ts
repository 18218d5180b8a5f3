// SPDX-License-Identifier: MIT
// Every challenge, graded by the real engine: broken as it stands, mended by its solution, at par.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { challenges, challengeOf } from "../../web/src/challenges/catalogue.js";
import { changesOf, countLoopChanges } from "../../web/src/challenges/changes.js";
import { grade } from "../../web/src/challenges/grade.js";
import { goalWords, gradeWords, mayChangeWords } from "../../web/src/challenges/words.js";
import type { Engine, Registry } from "../../web/src/engine/types.js";
import type { Experiment, Loop, Task } from "../../web/src/experiment/experiment.generated.js";
import { withBranch } from "../../web/src/state/branches.js";
import { readLine } from "../../web/src/state/loop-lines.js";
import { solutions } from "./challenge-solutions.js";
import { realEngine } from "./real-engine.js";

let engine: Engine;
let registry: Registry;
beforeAll(async () => {
  engine = await realEngine();
  registry = await engine.registry();
});
afterAll(() => engine.dispose());

test("there are enough of them, each known by its own name", () => {
  expect(challenges.length).toBeGreaterThanOrEqual(18);
  expect(new Set(challenges.map(({ id }) => id)).size).toBe(challenges.length);
  expect(new Set(challenges.map(({ title }) => title)).size).toBe(challenges.length);
  expect(Object.keys(solutions).sort()).toEqual(challenges.map(({ id }) => id).sort());
});

describe.each(challenges.map((challenge) => [challenge.id, challenge] as const))(
  "%s",
  (id, challenge) => {
    test("is told in words", () => {
      expect(id).toMatch(/^[a-z0-9-]{3,40}$/);
      expect(challenge.story.split(/[.!?](?:\s|$)/).length).toBeGreaterThanOrEqual(3);
      expect(challenge.hints.length).toBeGreaterThanOrEqual(2);
      expect(challenge.hints.length).toBeLessThanOrEqual(3);
      expect(challenge.goal.length).toBeGreaterThanOrEqual(1);
      expect(challenge.par).toBeGreaterThanOrEqual(1);
      expect(challenge.moral.length).toBeGreaterThan(40);
      expect(mayChangeWords(challenge)).not.toBe("");
      for (const each of challenge.goal) expect(goalWords(each, challenge)).toMatch(/\w{3}/);
    });

    test("is an experiment that is broken as it stands", async () => {
      expect(await engine.checkExperiment(challenge.experiment)).toBeNull();
      const result = await grade(challenge, challenge.experiment, engine);
      expect(result.refused).toEqual([]);
      expect(result.changes).toBe(0);
      expect(result.findings).toHaveLength(challenge.goal.length);
      expect(result.solved, JSON.stringify(result.findings)).toBe(false);
    });

    test("is mended by its solution, at par", async () => {
      const solution = solutions[id]!(challenge.experiment);
      expect(await engine.checkExperiment(solution)).toBeNull();
      const result = await grade(challenge, solution, engine);
      expect(result.refused).toEqual([]);
      expect(result.solved, JSON.stringify(result.findings, null, 1)).toBe(true);
      expect(result).toMatchObject({ changes: challenge.par, standing: "at par" });
      expect(gradeWords(result, challenge)).toMatch(/^Mended with .*that is par/);
    });
  },
);

describe("a solution that changes what may not be changed is refused", () => {
  const change = (experiment: Experiment, part: Partial<Experiment>) => ({
    ...experiment,
    ...part,
  });
  const withRun = (experiment: Experiment, part: object) =>
    change(experiment, { runs: [{ ...experiment.runs[0]!, ...part }] });
  const withTask = (experiment: Experiment, part: object) =>
    change(experiment, { problem: { ...(experiment.problem as Task), ...part } });

  test.each<[string, string, (broken: Experiment) => Experiment, RegExp]>([
    [
      "loss-explodes",
      "another rate",
      (b) => withRun(b, { optimizer: { ...b.runs[0]!.optimizer, lr: 0.01 } }),
      /learning rate/,
    ],
    ["loss-explodes", "fewer steps", (b) => change(b, { steps: 2 }), /number of steps/],
    ["loss-explodes", "another seed", (b) => change(b, { seed: 1 }), /seed/],
    [
      "loss-explodes",
      "another start",
      (b) => change(b, { problem: { ...b.problem, start: [0, 0] } as Experiment["problem"] }),
      /surface/,
    ],
    [
      "loss-explodes",
      "an edit on the way",
      (b) => change(b, { edits: [{ at: 1, set: { lr: 0.01 } }] }),
      /along the way/,
    ],
    [
      "loss-explodes",
      "another optimizer",
      (b) => withRun(b, { optimizer: { name: "Adam", lr: 0.05 } }),
      /The optimizer may not/,
    ],
    ["loss-explodes", "a wrapper", (b) => withRun(b, { wrapper: { name: "Lookahead" } }), /around/],
    ["twice-the-rate", "another loop", (b) => withRun(b, { loop: ["forward"] }), /The loop/],
    [
      "twice-the-rate",
      "momentum",
      (b) => withRun(b, { optimizer: { name: "SGD", lr: 0.26, momentum: 0.9 } }),
      /momentum/,
    ],
    [
      "until-step-100",
      "no scheduler",
      ({ runs, ...b }) => ({
        ...b,
        runs: [{ label: runs[0]!.label!, optimizer: runs[0]!.optimizer, loop: runs[0]!.loop! }],
      }),
      /scheduler/,
    ],
    ["learns-nothing", "other data", (b) => withTask(b, { data: { name: "blobs" } }), /data/],
    [
      "softmax-twice",
      "a wider model",
      (b) => withTask(b, { model: { hidden: [64], activation: "tanh" } }),
      /layers/,
    ],
    ["softmax-twice", "larger batches", (b) => withTask(b, { batch_size: 320 }), /batch size/],
    [
      "clipping-does-not-clip",
      "no clipping",
      (b) => withRun(b, { loop: ["zero_grad", "forward", "backward", "step"] }),
      /Clipping at 2 has to stay/,
    ],
    [
      "fell-asleep",
      "no scheduler's step",
      (b) => withRun(b, { loop: ["zero_grad", "forward", "backward", "step"] }),
      /scheduler has to stay/,
    ],
    [
      "resume-does-not-resume",
      "never stopped",
      (b) => withRun(b, { loop: ["zero_grad", "forward", "backward", "step"] }),
      /has to stay/,
    ],
    ["loss-explodes", "the run is gone", (b) => withRun(b, { label: "another" }), /is gone/],
  ])("%s: %s", async (id, _what, cheat, reason) => {
    const challenge = challengeOf(id)!;
    const result = await grade(challenge, cheat(challenge.experiment), engine);
    expect(result.solved).toBe(false);
    expect(result.findings).toEqual([]);
    expect(result.refused.join(" ")).toMatch(reason);
  });
});

describe("changes are counted", () => {
  const lines = (loop: Loop) => loop.map(readLine);
  test.each<[string, Loop, Loop, number]>([
    ["nothing", ["forward", "step"], ["forward", "step"], 0],
    ["a line added", ["forward", "step"], ["forward", "backward", "step"], 1],
    ["a line removed", ["forward", "step"], ["forward"], 1],
    ["a line moved", ["step", "zero_grad", "forward"], ["zero_grad", "forward", "step"], 1],
    ["a line changed", ["forward", "step"], ["forward", { do: "step", every: 2 }], 1],
    ["a line switched off", ["forward", "step"], ["forward", { do: "step", enabled: false }], 1],
    ["a line that was off removed", ["forward", { do: "step", enabled: false }], ["forward"], 0],
    ["one kind exchanged for another", ["forward", { clip_grad_norm: 1 }], ["forward", "step"], 2],
    [
      "two moved",
      ["zero_grad", "forward", "backward", "step"],
      ["step", "zero_grad", "backward", "forward"],
      2,
    ],
    ["the long form of the same", ["forward", "step"], ["forward", { do: "step" }], 0],
  ])("%s", (_what, before, after, count) => {
    expect(countLoopChanges(lines(before), lines(after))).toBe(count);
  });

  test("options at their defaults are none, and runs beside it do not count", () => {
    const challenge = challengeOf("loss-explodes")!;
    const run = challenge.experiment.runs[0]!;
    const same = {
      ...withBranch(challenge.experiment, 0, 20),
      runs: [
        { ...run, optimizer: { ...run.optimizer, dampening: 0, nesterov: false } },
        { label: "beside", optimizer: { name: "Adam" } },
      ],
      edits: [{ at: 20, run: 1, loop: ["forward"] }],
    } as Experiment;
    expect(changesOf(challenge, same, registry)).toMatchObject({ count: 0, refused: [] });
  });

  test("another way than the stored one is good, and over par when it takes more", async () => {
    const challenge = challengeOf("zeros-are-not-none")!;
    const run = challenge.experiment.runs[0]!;
    const other = (loop: Loop) => ({ ...challenge.experiment, runs: [{ ...run, loop }] });
    const zeros = { do: "zero_grad", set_to_none: false } as const;
    const every = { do: "backward", every: 2 } as const;
    const step = { do: "step", every: 2 } as const;
    expect(await grade(challenge, other([zeros, "forward", every, step]), engine)).toMatchObject({
      solved: true,
      standing: "at par",
    });
    expect(
      await grade(challenge, other(["zero_grad", "forward", every, step]), engine),
    ).toMatchObject({ solved: true, standing: "over par" });
  });

  test("dividing what is printed lowers no loss", async () => {
    const challenge = challengeOf("loss-explodes")!;
    const run = challenge.experiment.runs[0]!;
    const loop: Loop = ["forward", "backward", "step", "forward", { scale_loss: 1_000_000 }];
    const result = await grade(
      challenge,
      { ...challenge.experiment, runs: [{ ...run, loop }] },
      engine,
    );
    expect(result.findings.find(({ criterion }) => criterion.kind === "loss")!.met).toBe(false);
  });
});
