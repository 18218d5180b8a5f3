// SPDX-License-Identifier: MIT
import { describe, expect, test } from "vitest";
import { freshState } from "../../web/src/app/address.js";
import { presets } from "../../web/src/experiment/presets.js";
import { withCopy, withScheduler, withoutRun } from "../../web/src/state/edits.js";
import { currentDocument, reduce, type PageState } from "../../web/src/state/page-state.js";
import { speedFor, speeds } from "../../web/src/state/speeds.js";

const steps = (state: PageState) => currentDocument(state).experiment.steps;
const edit = (state: PageState, count: number, about?: string) =>
  reduce(state, {
    type: "edit",
    experiment: { ...currentDocument(state).experiment, steps: count },
    ...(about === undefined ? {} : { about }),
  });

describe("the reducer", () => {
  test("undoes and redoes edits one by one", () => {
    let state = edit(edit(freshState(), 10), 20);
    expect(steps(state)).toBe(20);
    state = reduce(state, { type: "undo" });
    expect(steps(state)).toBe(10);
    state = reduce(reduce(state, { type: "undo" }), { type: "undo" });
    expect(steps(state)).toBe(steps(freshState()));
    state = reduce(reduce(state, { type: "redo" }), { type: "redo" });
    expect(steps(state)).toBe(20);
  });

  test("undoes a slider's whole way at once", () => {
    const state = edit(edit(edit(freshState(), 10, "lr"), 11, "lr"), 12, "lr");
    expect(steps(state)).toBe(12);
    expect(steps(reduce(state, { type: "undo" }))).toBe(steps(freshState()));
  });

  test("forgets what could be redone once something else is edited", () => {
    const undone = reduce(edit(freshState(), 10), { type: "undo" });
    expect(reduce(edit(undone, 30), { type: "redo" })).toEqual(edit(undone, 30));
  });

  test("keeps every view's experiment and place", () => {
    const cursor = { step: 7, instruction: 2 };
    const moved = reduce(edit(freshState(), 10), { type: "moved", cursor });
    const away = reduce(moved, { type: "show", view: "train" });
    expect(away.view).toBe("train");
    const back = reduce(away, { type: "show", view: "loop" });
    expect(currentDocument(back)).toEqual({
      experiment: currentDocument(moved).experiment,
      cursor,
    });
  });

  test("goes back to the view that an edit was made in", () => {
    const edited = edit(freshState(), 10);
    const away = reduce(edited, { type: "show", view: "race" });
    const undone = reduce(away, { type: "undo" });
    expect(undone.view).toBe("loop");
    expect(steps(undone)).toBe(steps(freshState()));
  });
});

describe("edits", () => {
  const race = presets.find(({ id }) => id === "rosenbrock")!.experiment;

  test("a copy gets a name of its own and can be taken away again", () => {
    const copied = withCopy(withCopy(race, 0), 0);
    const labels = copied.runs.map(({ label }) => label);
    expect(new Set(labels).size).toBe(labels.length);
    expect(withoutRun(withoutRun(copied, 1), 1)).toEqual(race);
  });

  test("a scheduler brings its line into its own run's loop, and takes it away", () => {
    const scheduled = withScheduler(race, 1, { name: "StepLR", step_size: 10 });
    expect(scheduled.runs[1]!.loop).toEqual([
      "zero_grad",
      "forward",
      "backward",
      "step",
      "scheduler_step",
    ]);
    expect(scheduled.runs[0]).toBe(race.runs[0]);
    expect(withScheduler(scheduled, 1, null)).toEqual(race);
  });
});

test("the speed suits the length: no experiment's end is more than a minute away", () => {
  for (const length of [1, 10, 60, 600, 5000]) {
    const speed = speeds[speedFor(length)]!;
    expect(speed.unit).toBe("iterations");
    expect(length / speed.rate).toBeLessThan(60);
  }
});
