// SPDX-License-Identifier: MIT
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Experiment, Frame, Session } from "../../web/src/engine/types.js";
import { Player } from "../../web/src/state/player.js";
import { start, type Cursor } from "../../web/src/state/page-state.js";
import { iterationAtHand } from "../../web/src/state/recall.js";
import { realEngine } from "./real-engine.js";

const threeLines: Experiment = {
  version: 1,
  steps: 6,
  problem: { kind: "surface", name: "rosenbrock" },
  loop: ["forward", "backward", "step"],
  runs: [{ optimizer: { name: "SGD", lr: 0.001, momentum: 0.9 } }],
};

/** Lets other tasks run, as between two presses of a key. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The session as a worker holds it: calls begin in their order, and answers take their time. */
function distant(session: Session): Session {
  return new Proxy(session, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => {
        const answer: unknown = member.apply(target, args);
        return answer instanceof Promise ? late(answer) : answer;
      };
    },
  });
}

async function late(answer: Promise<unknown>): Promise<unknown> {
  for (let k = 0; k < 3; k++) await turn();
  return answer;
}

const failures: unknown[] = [];

async function opened(experiment: Experiment): Promise<Player> {
  const engine = await realEngine();
  const player = new Player(
    {
      ...engine,
      createSession: async (document) => distant(await engine.createSession(document)),
    },
    { label: "", unit: "lines", rate: Infinity },
    () => {},
    (failure) => failures.push(failure),
  );
  await player.open(experiment, start);
  return player;
}

/** Steps two lines, the second while the first is under way. */
async function pressTwice(player: Player): Promise<void> {
  const first = player.stepLine(1);
  await turn();
  await Promise.all([first, player.stepLine(1)]);
}

const placeOf = ({ iteration, instruction }: Frame) => [iteration, instruction];
const places = (player: Player) => player.moments.map(placeOf);

beforeEach(() => {
  failures.length = 0;
});
afterEach(() => {
  vi.unstubAllGlobals();
  expect(failures).toEqual([]);
});

describe("lines that are stepped faster than the engine answers", () => {
  test("each count, and none of their moments is missing", async () => {
    const player = await opened(threeLines);
    await pressTwice(player);
    expect(player.cursor).toEqual({ step: 0, instruction: 2 });
    expect(places(player)).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
    ]);
  });

  test("each count across the end of an iteration", async () => {
    const player = await opened(threeLines);
    await player.seek({ step: 1, instruction: 2 });
    await pressTwice(player);
    expect(player.cursor).toEqual({ step: 2, instruction: 1 });
    expect(places(player)).toEqual([
      [2, 0],
      [2, 1],
    ]);
  });

  test("are told from each other in a loop of one line", async () => {
    const player = await opened({ ...threeLines, loop: ["forward"] });
    await pressTwice(player);
    expect(places(player)).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });

  test("each count while the lines before them are being looked at", async () => {
    const player = await opened(threeLines);
    const landing = player.seek({ step: 3, instruction: 0 });
    // The picture is there; what its lines changed is not yet known.
    while (player.cursor.step < 3) await turn();
    expect(player.moments).toHaveLength(1);
    await Promise.all([landing, pressTwice(player)]);
    expect(player.cursor).toEqual({ step: 3, instruction: 2 });
    expect(places(player)).toEqual([
      [3, 0],
      [3, 1],
      [3, 2],
    ]);
  });
});

test("a line that is stepped while another experiment is being opened goes on from its place", async () => {
  const player = await opened(threeLines);
  const opening = player.open({ ...threeLines, steps: 9 }, { step: 2, instruction: 1 });
  await turn();
  await Promise.all([opening, player.stepLine(1)]);
  expect(player.cursor).toEqual({ step: 2, instruction: 2 });
  expect(player.frame!.steps).toBe(9);
});

test("a jump that is cancelled while another experiment is being opened shows its start", async () => {
  const player = await opened(threeLines);
  await player.seek({ step: 2, instruction: 1 });
  const opening = player.open({ ...threeLines, steps: 9 }, { step: 2, instruction: 1 });
  await turn();
  player.cancel();
  await opening;
  for (let wait = 20; wait > 0; wait--) await turn();
  expect(player.frame!.steps).toBe(9);
  expect(places(player)).toEqual([[0, 0]]);
});

/** What a person may ask for, and how many turns of others go by before the next is asked for. */
const orders = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant({ kind: "line" as const, by: 1 as const }) },
      fc.constant({ kind: "line" as const, by: -1 as const }),
      fc.record({ kind: fc.constant("iterations" as const), by: fc.integer({ min: -2, max: 2 }) }),
      fc.record({
        kind: fc.constant("seek" as const),
        step: fc.nat({ max: 6 }),
        instruction: fc.nat({ max: 2 }),
      }),
      fc.constant({ kind: "toggle" as const }),
      fc.constant({ kind: "cancel" as const }),
      fc.record({
        kind: fc.constant("watch" as const),
        parameter: fc.constantFrom("x", "y"),
      }),
    ),
    fc.integer({ min: 1, max: 12 }),
  ),
  { minLength: 2, maxLength: 12 },
);

test("in any mixture of orders each counts, and the picture comes to rest where the session is", async () => {
  vi.stubGlobal("requestAnimationFrame", (draw: FrameRequestCallback) =>
    setImmediate(() => draw(performance.now())),
  );
  await fc.assert(
    fc.asyncProperty(orders, async (given) => {
      const player = await opened(threeLines);
      const asked: (Promise<void> | void)[] = [];
      for (const [order, turns] of given) {
        asked.push(obey(player, order));
        for (let wait = turns; wait > 0; wait--) await turn();
      }
      await Promise.all(asked);
      player.pause();
      for (let wait = 100; wait > 0; wait--) await turn();
      const frame = player.frame!;
      expect(await player.session!.frame()).toEqual(frame);
      // What is cut short stays where it was seen last, wherever that is.
      const isCutShort = given.some(([{ kind }]) => kind === "toggle" || kind === "cancel");
      if (!isCutShort) expect(player.cursor).toEqual(given.reduce(afterOrder, start));
      const { iteration, ran } = iterationAtHand(frame, 3);
      expect(places(player)).toEqual(placesOf(iteration, ran));
      const watched = given.flatMap(([order]) => (order.kind === "watch" ? order.parameter : []));
      expect(frame.runs[0]!.inspection?.parameter ?? "x").toBe(
        frame.iteration === 0 ? "x" : (watched.at(-1) ?? "x"),
      );
      player.destroy();
    }),
    { numRuns: 200 },
  );
});

type Order = typeof orders extends fc.Arbitrary<[infer O, number][]> ? O : never;

function obey(player: Player, order: Order): Promise<void> | void {
  switch (order.kind) {
    case "line":
      return player.stepLine(order.by);
    case "iterations":
      return player.stepIterations(order.by);
    case "seek":
      return player.seek({ step: order.step, instruction: order.instruction });
    case "watch":
      return player.watch({ run: 0, parameter: order.parameter, element: 0 });
    case "cancel":
      return player.cancel();
    case "toggle":
      return player.toggle();
  }
}

/** Where an order leads if all before it have been obeyed. */
function afterOrder(place: Cursor, [order]: readonly [Order, number]): Cursor {
  switch (order.kind) {
    case "line": {
      const lines = Math.min(18, Math.max(0, 3 * place.step + place.instruction + order.by));
      return { step: Math.floor(lines / 3), instruction: lines % 3 };
    }
    case "iterations": {
      const from = order.by < 0 ? Math.ceil(place.step + place.instruction / 3) : place.step;
      return { step: Math.min(6, Math.max(0, from + order.by)), instruction: 0 };
    }
    case "seek":
      return { step: order.step, instruction: order.step === 6 ? 0 : order.instruction };
    default:
      return place;
  }
}

function placesOf(iteration: number, ran: number): number[][] {
  return Array.from({ length: ran + 1 }, (_, line) =>
    line === 3 ? [iteration + 1, 0] : [iteration, line],
  );
}
