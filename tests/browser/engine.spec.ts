// SPDX-License-Identifier: MIT
// The engine as a page gets it: from the built ES module, in a worker, under the strict policy.

import type * as EngineModule from "../../web/src/engine/engine.js";
import type { Experiment } from "../../web/src/engine/types.js";
import { expect, openBlank, test, type Page } from "./fixtures.js";

const experiment: Experiment = {
  version: 1,
  steps: 400,
  problem: { kind: "surface", name: "rosenbrock" },
  runs: [{ label: "Adam", optimizer: { name: "Adam", lr: 0.01 } }],
};

/** Puts the module where the functions that run in the page find it. */
async function loadEngine(page: Page): Promise<void> {
  await openBlank(page);
  await page.evaluate(async () => {
    const address = "/embed/engine.js";
    Object.assign(globalThis, { steplab: await import(address) });
  });
}

declare const steplab: typeof EngineModule;

test.beforeEach(async ({ page }) => loadEngine(page));

test("runs in a worker", async ({ page }) => {
  const frame = await page.evaluate(async (experiment) => {
    const engine = await steplab.createEngine();
    const session = await engine.createSession(experiment);
    const frame = await session.advance(10);
    const { iteration, runs } = frame;
    return { iteration, names: runs[0]?.parameters.map(({ name }) => name), loss: runs[0]?.loss };
  }, experiment);
  expect(frame).toMatchObject({ iteration: 10, names: ["x", "y"] });
  expect(frame.loss).toBeGreaterThan(0);
  expect(page.workers().length).toBe(1);
});

test("falls back to this thread where workers are forbidden, with the same bits", async ({
  page,
  faults,
}) => {
  const traceOn = (forbid: boolean) =>
    page.evaluate(
      async ({ experiment, forbid }) => {
        if (forbid) {
          // What a sandboxed frame does, and a policy without blob: workers.
          globalThis.Worker = class {
            constructor() {
              throw new DOMException("no workers here", "SecurityError");
            }
          } as never;
        }
        const engine = await steplab.createEngine();
        const session = await engine.createSession(experiment);
        const text = await session.traceText("json", { state: true });
        engine.dispose();
        return text;
      },
      { experiment, forbid },
    );
  const inWorker = await traceOn(false);
  expect(await traceOn(true)).toBe(inWorker);
  expect(JSON.parse(inWorker)).toMatchObject({ runs: [{ status: "completed" }] });
  expect(faults).toEqual([]);
});

test("starts in a blob's worker when its files lie on another origin", async ({ page, faults }) => {
  // A page without a policy whose script comes from elsewhere, as from a content delivery network.
  await page.route("**/lesson.html", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: "<!doctype html><html lang='en'><title>Lesson</title><link rel='icon' href='data:,' />",
    }),
  );
  const address = new URL("/embed/engine.js", page.url()).href;
  await page.goto(new URL("/lesson.html", address.replace("127.0.0.1", "localhost")).href);
  const iteration = await page.evaluate(
    async ({ address, experiment }) => {
      const { createEngine } = (await import(address)) as typeof EngineModule;
      const session = await (await createEngine()).createSession(experiment);
      return (await session.advance(3)).iteration;
    },
    { address, experiment },
  );
  expect(iteration).toBe(3);
  expect(page.workers().map((worker) => new URL(worker.url()).protocol)).toEqual(["blob:"]);
  expect(faults).toEqual([]);
});

test("goes back and forward again with the same bits", async ({ page }) => {
  const losses = await page.evaluate(async (experiment) => {
    const engine = await steplab.createEngine();
    const session = await engine.createSession(experiment);
    const there = (await session.advance(200)).runs[0]?.loss;
    await session.rewind(17);
    const again = (await session.advance(183)).runs[0]?.loss;
    return [there, again];
  }, experiment);
  expect(losses[0]).toBe(losses[1]);
});

test("tells errors apart by code and path, and goes on working", async ({ page }) => {
  const caught = await page.evaluate(async (experiment) => {
    const engine = await steplab.createEngine();
    const failure = async (call: Promise<unknown>) => {
      try {
        await call;
        return null;
      } catch (thrown) {
        if (!(thrown instanceof steplab.StepLabError)) return "another error";
        return { code: thrown.code, path: thrown.path };
      }
    };
    const disposed = await engine.createSession(experiment);
    disposed.dispose();
    disposed.dispose();
    const session = await engine.createSession(experiment);
    const result = [
      await failure(engine.createSession({ ...experiment, steps: -1 })),
      await failure(engine.createSession({ ...experiment, colour: "red" } as never)),
      await failure(
        engine.createSession({ ...experiment, runs: [{ optimizer: { name: "Adma" } }] }),
      ),
      await failure(disposed.frame()),
      await failure(session.rewind(5)),
      await failure(session.advance(NaN)),
      (await engine.checkFormula("x +"))?.position,
      await engine.checkFormula("x^2 + y^2"),
      (await session.advance(5)).iteration,
    ];
    engine.dispose();
    result.push(await failure(session.frame()), await failure(engine.registry()));
    return result;
  }, experiment);
  expect(caught).toEqual([
    { code: "invalid_experiment", path: "/steps" },
    { code: "invalid_experiment", path: expect.stringContaining("colour") },
    {
      code: expect.stringMatching(/^invalid_/),
      path: expect.stringContaining("/runs/0/optimizer"),
    },
    { code: "disposed", path: "" },
    { code: "invalid_argument", path: "" },
    { code: "invalid_argument", path: "" },
    3,
    null,
    5,
    { code: "disposed", path: "" },
    { code: "disposed", path: "" },
  ]);
});

test("leaks nothing", async ({ page }) => {
  const live = await page.evaluate(async (experiment) => {
    const engine = await steplab.createEngine();
    const churn = async (times: number) => {
      for (let time = 0; time < times; time++) {
        const session = await engine.createSession(experiment);
        await session.advance(20);
        await session.history();
        await session.traceText("json", { every: 100 });
        session.dispose();
      }
      return engine.liveObjects();
    };
    return [await churn(50), await churn(450)];
  }, experiment);
  expect(live[0]).toMatchObject({ sessions: 0, traces: 0 });
  expect(live[1]).toEqual(live[0]);
});

test("shares one worker and starts another after it is gone", async ({ page }) => {
  const stopped = await page.evaluate(async (experiment) => {
    const engines = await Promise.all([1, 2, 3].map(() => steplab.createEngine()));
    const session = await engines[0]!.createSession(experiment);
    const counts = (await engines[1]!.liveObjects()).sessions;
    session.dispose();
    return counts;
  }, experiment);
  expect(stopped).toBe(1);
  expect(page.workers().length).toBe(1);
});

test("cancels a trace", async ({ page }) => {
  const outcome = await page.evaluate(async (experiment) => {
    const engine = await steplab.createEngine();
    const session = await engine.createSession({ ...experiment, steps: 1_000_000 });
    const abort = new AbortController();
    const seen: number[] = [];
    const trace = session.traceText("csv", {
      every: 1_000_000,
      signal: abort.signal,
      onProgress: (iteration) => {
        seen.push(iteration);
        abort.abort();
      },
    });
    const code = await trace.then(
      () => "finished",
      (error: EngineModule.StepLabError) => error.code,
    );
    return { code, seen: seen.length > 0, live: await engine.liveObjects() };
  }, experiment);
  expect(outcome).toMatchObject({ code: "cancelled", seen: true, live: { traces: 0 } });
});
