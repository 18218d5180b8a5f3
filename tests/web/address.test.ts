// SPDX-License-Identifier: MIT
// The page's state in its address: a challenge and its solution travel in the link, and old links open.

import { describe, expect, test } from "vitest";
import { freshState, hashOf, stateOf } from "../../web/src/app/address.js";
import { challengeOf } from "../../web/src/challenges/catalogue.js";
import type { Engine } from "../../web/src/engine/types.js";
import { currentDocument, reduce, type PageState } from "../../web/src/state/page-state.js";

const engine = { checkExperiment: async () => null } as unknown as Engine;
const explodes = challengeOf("loss-explodes")!;

function opened(): PageState {
  const { id, experiment } = explodes;
  return reduce(freshState(), { type: "open", view: "loop", experiment, challenge: id });
}

describe("a challenge", () => {
  test("is in the link with what has become of it", async () => {
    const mended = { ...explodes.experiment, steps: 61 };
    const state = reduce(opened(), { type: "edit", experiment: mended });
    const hash = (await hashOf(state))!;
    expect(hash).toContain("challenge=loss-explodes");
    const back = await stateOf(`#${hash}`, engine);
    expect(back.challenge).toEqual({ id: "loss-explodes", doctor: false });
    expect(currentDocument(back).experiment).toEqual(mended);
  });

  test("opens by its name alone", async () => {
    const state = await stateOf("#challenge=loss-explodes", engine);
    expect(state.view).toBe("loop");
    expect(state.challenge?.id).toBe("loss-explodes");
    expect(currentDocument(state).experiment).toBe(explodes.experiment);
  });

  test("that nobody knows is refused, or left out where there is an experiment", async () => {
    const lost = await stateOf("#challenge=fly-to-the-moon", engine);
    expect(lost.notice).toContain('there is no challenge "fly-to-the-moon"');
    expect(lost.challenge).toBeNull();
    const hash = (await hashOf(opened()))!.replace("loss-explodes", "fly-to-the-moon");
    const state = await stateOf(`#${hash}`, engine);
    expect(state.notice).toBeNull();
    expect(state.challenge).toBeNull();
    expect(currentDocument(state).experiment).toEqual(explodes.experiment);
  });

  test("stays open while another view is shown, and its run with it", async () => {
    const state = reduce(opened(), { type: "show", view: "race" });
    const back = await stateOf(`#${(await hashOf(state))!}`, engine);
    expect(back.view).toBe("race");
    expect(back.challenge?.id).toBe("loss-explodes");
    expect(back.documents.loop.experiment).toBe(explodes.experiment);
  });

  test("closes when something else is opened in its place, and undo brings it back", () => {
    const other = freshState().documents.loop.experiment;
    const left = reduce(opened(), { type: "open", view: "loop", experiment: other });
    expect(left.challenge).toBeNull();
    expect(reduce(left, { type: "undo" }).challenge?.id).toBe("loss-explodes");
    const elsewhere = reduce(opened(), { type: "open", view: "race", experiment: other });
    expect(elsewhere.challenge?.id).toBe("loss-explodes");
  });
});

test.each([
  ["#preset=lost-zero-grad&view=loop&step=14", "loop", 14],
  ["#preset=rosenbrock&view=race&step=37&speed=4&scale=linear", "race", 37],
  ["#view=train&run=0&card=open", "train", 0],
] as const)("the old link %s opens as it did", async (hash, view, step) => {
  const state = await stateOf(hash, engine);
  expect(state).toMatchObject({ view, challenge: null, notice: null });
  expect(currentDocument(state).cursor.step).toBe(step);
});
