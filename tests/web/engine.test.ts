// SPDX-License-Identifier: MIT
// The engine over both kinds of host, with a stand-in for the wasm module: ownership, order, errors.

import { afterEach, describe, expect, test } from "vitest";
import { DirectHost } from "../../web/src/engine/direct.js";
import { HostedEngine, type Supplies } from "../../web/src/engine/hosted-engine.js";
import { HostPool } from "../../web/src/engine/pool.js";
import type { Engine, Experiment, Registry } from "../../web/src/engine/types.js";
import { fakeCore, type FakeCore } from "./fake-core.js";
import { fakeWorkerHost } from "./fake-worker.js";

const experiment: Experiment = {
  version: 1,
  steps: 1000,
  problem: { kind: "surface", name: "rosenbrock" },
  runs: [{ optimizer: { name: "SGD", lr: 0.1 } }],
};

const hosts = {
  "on this thread": (core: FakeCore) => Promise.resolve(new DirectHost(core)),
  "behind messages": fakeWorkerHost,
};

const registry: Registry = {
  version: "fake",
  optimizers: [],
  wrappers: [],
  averages: [],
  schedulers: [],
  surfaces: [],
};
const supplies: Supplies = {
  full: () => Promise.reject(new Error("there is no full engine here")),
  fullNames: ["Lion"],
  digits: () => Promise.resolve(new Uint8Array()),
  registry: () => Promise.resolve(registry),
};
const opened: Engine[] = [];
afterEach(() => opened.splice(0).forEach((engine) => engine.dispose()));

describe.each(Object.entries(hosts))("an engine %s", (_where, host) => {
  async function engineOver(core: FakeCore): Promise<Engine> {
    const pool = new HostPool(() => host(core));
    const engine = new HostedEngine(await pool.acquire("fake", true), supplies);
    opened.push(engine);
    return engine;
  }

  test("advances, rewinds and hands over arrays that stay as they are", async () => {
    const session = await (await engineOver(fakeCore())).createSession(experiment);
    const first = await session.advance(10);
    const second = await session.advance(5);
    expect([first.iteration, second.iteration]).toEqual([10, 15]);
    expect(first.runs[0]?.parameters[0]?.value).toEqual(Float32Array.of(10));
    expect((await session.rewind(3)).iteration).toBe(3);
    expect((await session.advance(10_000)).finished).toBe(true);
  });

  test("does the calls on a session in their order, even while one runs in slices", async () => {
    const core = fakeCore({ cost: 0.1 });
    const session = await (await engineOver(core)).createSession(experiment);
    const [long, back] = await Promise.all([session.advance(500), session.rewind(2)]);
    expect([long.iteration, back.iteration]).toEqual([500, 2]);
    expect(core.log.filter((name) => name.startsWith("advance")).length).toBeGreaterThan(3);
    expect(core.log.at(-1)).toBe("rewind 2");
  });

  test("answers others while a session runs in slices", async () => {
    const engine = await engineOver(fakeCore({ cost: 0.1 }));
    const session = await engine.createSession(experiment);
    const order: string[] = [];
    await Promise.all([
      session.advance(900).then(() => order.push("advance")),
      engine.checkFormula("x").then(() => order.push("formula")),
    ]);
    expect(order).toEqual(["formula", "advance"]);
  });

  test("tells what the core refuses, with its path", async () => {
    const engine = await engineOver(fakeCore());
    await expect(engine.createSession({ ...experiment, steps: 0 })).rejects.toMatchObject({
      name: "StepLabError",
      code: "invalid_experiment",
      path: "/steps",
      message: "steps is 0",
    });
    expect(await engine.checkExperiment({ ...experiment, steps: 0 })).toMatchObject({
      path: "/steps",
    });
    expect(await engine.checkExperiment(experiment)).toBeNull();
    expect(await engine.checkFormula("x +")).toMatchObject({
      code: "invalid_formula",
    });
  });

  test.each([Number.NaN, -1, 2.5, Infinity, "3", null, {}])(
    "refuses %s iterations before they reach the core",
    async (iterations) => {
      const core = fakeCore();
      const session = await (await engineOver(core)).createSession(experiment);
      await expect(session.advance(iterations as number)).rejects.toMatchObject({
        code: "invalid_argument",
      });
      expect(core.log).toEqual([]);
    },
  );

  test("passes grids and refuses those that are none", async () => {
    const engine = await engineOver(fakeCore());
    const grid = { view: [-1, 1, -2, 2], columns: 3, rows: 4 } as const;
    expect(await engine.evaluateSurface("x", grid)).toEqual(Float32Array.of(-1, 1, -2, 2, 3, 4));
    for (const bad of [
      { ...grid, columns: 0 },
      { ...grid, view: [0, 1, NaN, 2] as const },
    ]) {
      await expect(engine.evaluateSurface("x", bad)).rejects.toMatchObject({
        code: "invalid_argument",
      });
    }
  });

  test("keeps the edited document as the session's experiment", async () => {
    const session = await (await engineOver(fakeCore())).createSession(experiment);
    await session.advance(7);
    await session.edit({ freeze: "x" });
    expect(session.experiment.edits).toEqual([{ at: 7, freeze: "x" }]);
    expect(experiment.edits).toBeUndefined();
  });

  test("frees sessions when they are disposed of, once", async () => {
    const core = fakeCore();
    const engine = await engineOver(core);
    const [one, two] = [
      await engine.createSession(experiment),
      await engine.createSession(experiment),
    ];
    one.dispose();
    one.dispose();
    expect((await engine.liveObjects()).sessions).toBe(1);
    await expect(one.frame()).rejects.toMatchObject({ code: "disposed" });
    expect((await two.frame()).iteration).toBe(0);
    expect(core.log).toEqual(["destroySession 1"]);
  });

  test("rejects a call that is under way when its session is disposed of", async () => {
    const engine = await engineOver(fakeCore({ cost: 0.1 }));
    const session = await engine.createSession(experiment);
    const long = session.advance(1000);
    session.dispose();
    await expect(long).rejects.toMatchObject({ code: "disposed" });
  });

  test("frees everything when the engine is disposed of", async () => {
    const core = fakeCore();
    const pool = new HostPool(() => host(core));
    const [one, two] = [await pool.acquire("fake", true), await pool.acquire("fake", true)];
    const first = new HostedEngine(one, supplies);
    const second = new HostedEngine(two, supplies);
    const session = await first.createSession(experiment);
    const other = await second.createSession(experiment);
    const late = first.createSession(experiment);
    first.dispose();
    first.dispose();
    await expect(late).rejects.toMatchObject({ code: "disposed" });
    await expect(session.advance(1)).rejects.toMatchObject({
      code: "disposed",
    });
    await expect(first.registry()).rejects.toMatchObject({ code: "disposed" });
    expect((await second.liveObjects()).sessions).toBe(1);
    expect((await other.advance(1)).iteration).toBe(1);
    second.dispose();
    await expect(other.advance(1)).rejects.toMatchObject({ code: "disposed" });
  });

  test("loads the digits once, and only for an experiment on them", async () => {
    let loads = 0;
    const core = fakeCore();
    const pool = new HostPool(() => host(core));
    const digits = async () => {
      loads += 1;
      if (loads === 1) throw new Error("offline");
      return Uint8Array.of(7);
    };
    const engine = new HostedEngine(await pool.acquire("fake", true), {
      ...supplies,
      digits,
    });
    opened.push(engine);
    await engine.createSession(experiment);
    expect(loads).toBe(0);
    const onDigits = {
      ...experiment,
      problem: { kind: "task", data: { name: "digits" } },
    };
    await expect(engine.checkExperiment(onDigits)).rejects.toThrow("offline");
    await engine.checkExperiment(onDigits);
    await engine.checkExperiment(onDigits);
    expect(loads).toBe(2);
    expect(core.digits()).toEqual(Uint8Array.of(7));
  });

  test("watches an element of a run, and refuses what is none", async () => {
    const core = fakeCore();
    const session = await (await engineOver(core)).createSession(experiment);
    expect((await session.inspect(0, "x", 3)).iteration).toBe(0);
    expect(core.log).toEqual(["inspect 0 x 3"]);
    await expect(session.inspect(0, "x", -1)).rejects.toMatchObject({
      code: "invalid_argument",
    });
    await expect(session.inspect(0, null as never, 0)).rejects.toMatchObject({
      code: "invalid_argument",
    });
  });

  describe("with a full one beside it", () => {
    const onLion = { ...experiment, runs: [{ optimizer: { name: "Lion" } }] };

    /** The two modules, and how often the second was asked for. */
    async function editions({ failures = 0, cost = 0 } = {}) {
      const cores = { small: fakeCore(), full: fakeCore({ full: true, cost }) };
      const pools = {
        small: new HostPool(() => host(cores.small)),
        full: new HostPool(() => host(cores.full)),
      };
      const asked = { full: 0 };
      const engine = new HostedEngine(await pools.small.acquire("small", true), {
        ...supplies,
        full: () => {
          asked.full += 1;
          if (asked.full <= failures) return Promise.reject(new Error("offline"));
          return pools.full.acquire("full", true);
        },
        digits: () => Promise.resolve(Uint8Array.of(7)),
      });
      opened.push(engine);
      return { engine, cores, asked };
    }
    const sessionsIn = (core: FakeCore) => core.liveObjects().sessions;

    test("stays with the small one while it knows every name", async () => {
      const { engine, cores, asked } = await editions();
      const label = {
        ...experiment,
        runs: [{ label: "Lion", optimizer: { name: "SGD" } }],
      };
      await engine.createSession(label);
      expect(await engine.checkExperiment(label)).toBeNull();
      expect(asked.full).toBe(0);
      expect(sessionsIn(cores.small)).toBe(1);
    });

    test("makes sessions where their optimizers are, side by side", async () => {
      const { engine, cores, asked } = await editions();
      const first = await engine.createSession(experiment);
      const second = await engine.createSession(onLion);
      await engine.createSession(onLion);
      expect(asked.full).toBe(1);
      expect([sessionsIn(cores.small), sessionsIn(cores.full)]).toEqual([1, 2]);
      expect((await first.advance(3)).iteration).toBe(3);
      expect((await second.advance(5)).iteration).toBe(5);
      expect(await engine.liveObjects()).toEqual({
        sessions: 3,
        traces: 0,
        memory: 128,
      });
    });

    test("exports with the full one", async () => {
      const { engine, asked } = await editions();
      expect(await engine.exportPytorch(experiment)).toBe("import torch\n");
      expect(asked.full).toBe(1);
    });

    test("diagnoses with the full one, in slices that tell of progress and can be stopped", async () => {
      const { engine, asked } = await editions({ cost: 1 });
      const shares: number[] = [];
      const diagnosis = await engine.diagnose(
        { ...experiment, steps: 60 },
        { onProgress: (share) => shares.push(share) },
      );
      expect(diagnosis).toEqual({ version: 1, runs: [] });
      expect(asked.full).toBe(1);
      expect(shares.length).toBeGreaterThan(0);
      expect(shares).toEqual([...shares].sort((a, b) => a - b));
      expect(shares.every((share) => share > 0 && share < 1)).toBe(true);

      const abort = new AbortController();
      const stopped = engine.diagnose(
        { ...experiment, steps: 10_000 },
        { signal: abort.signal, onProgress: () => abort.abort() },
      );
      await expect(stopped).rejects.toMatchObject({ code: "cancelled" });
      expect((await engine.liveObjects()).traces).toBe(0);
    });

    test("traces with progress, frees the trace, and can be cancelled", async () => {
      const { engine, asked } = await editions({ cost: 0.1 });
      const session = await engine.createSession(experiment);
      const seen: number[] = [];
      const trace = await session.trace({
        onProgress: (iteration) => seen.push(iteration),
      });
      expect(trace).toMatchObject({ version: 1, to: 1000 });
      expect(asked.full).toBe(1);
      expect(seen.length).toBeGreaterThan(2);
      expect([...seen].sort((a, b) => a - b)).toEqual(seen);

      const abort = new AbortController();
      const cancelled = session.trace({
        signal: abort.signal,
        onProgress: () => abort.abort(),
      });
      await expect(cancelled).rejects.toMatchObject({ code: "cancelled" });
      expect(await engine.liveObjects()).toEqual({
        sessions: 1,
        traces: 0,
        memory: 128,
      });
    });

    test.each([
      { loop: ["forward", "recreate_optimizer"] },
      { loop: ["forward", { do: "add_param_group", group: { params: ["x"] } }] },
      { edits: [{ at: 3, loop: [{ replace_layer: "0" }] }] },
      { problem: { kind: "recorded", gradients: [{ w: { rows: [0], values: [1] } }] } },
    ])("takes %o to the full one", async (part) => {
      const { engine, cores } = await editions();
      await engine.createSession({ ...experiment, ...part } as Experiment);
      expect([sessionsIn(cores.small), sessionsIn(cores.full)]).toEqual([0, 1]);
    });

    test("asks the full one about a name that the small one does not know", async () => {
      const { engine, cores, asked } = await editions();
      const unknown = { ...experiment, runs: [{ optimizer: { name: "Foo" } }] };
      await expect(engine.createSession(unknown)).rejects.toThrow("they are SGD and Lion");
      expect(await engine.checkExperiment(unknown)).toMatchObject({
        message: "they are SGD and Lion",
      });
      expect(asked.full).toBe(1);
      expect([sessionsIn(cores.small), sessionsIn(cores.full)]).toEqual([0, 0]);
      await expect(engine.createSession({ ...experiment, steps: 0 })).rejects.toThrow("steps is 0");
      expect(asked.full).toBe(1);
    });

    test("says what the small one says of a name while the full one cannot be loaded", async () => {
      const { engine } = await editions({ failures: 2 });
      const unknown = { ...experiment, runs: [{ optimizer: { name: "Foo" } }] };
      await expect(engine.createSession(unknown)).rejects.toThrow(/^they are SGD$/);
      expect(await engine.checkExperiment(unknown)).toMatchObject({ message: "they are SGD" });
    });

    test("tries again when it could not be loaded", async () => {
      const { engine } = await editions({ failures: 1 });
      await expect(engine.createSession(onLion)).rejects.toThrow("offline");
      expect((await (await engine.createSession(onLion)).advance(1)).iteration).toBe(1);
    });

    test("gives the digits to the module that runs them", async () => {
      const { engine, cores } = await editions();
      const problem = { kind: "task", data: { name: "digits" } };
      await engine.checkExperiment({ ...onLion, problem });
      expect([cores.small.digits(), cores.full.digits()]).toEqual([null, Uint8Array.of(7)]);
    });
  });

  test("that aborted rejects everything, and the next one starts anew", async () => {
    const broken = fakeCore();
    const cores = [broken, fakeCore()];
    const pool = new HostPool(() => host(cores.shift() ?? fakeCore()));
    const engine = new HostedEngine(await pool.acquire("fake", true), supplies);
    const session = await engine.createSession(experiment);
    broken.abort();
    const calls = [session.advance(1), session.frame(), engine.checkFormula("x")];
    const results = await Promise.allSettled(calls);
    expect(results[0]).toMatchObject({
      status: "rejected",
      reason: { code: "engine" },
    });
    expect(results[1]).toMatchObject({
      status: "rejected",
      reason: { code: "engine" },
    });
    await expect(engine.checkFormula("x")).rejects.toMatchObject({
      code: "engine",
    });

    const next = new HostedEngine(await pool.acquire("fake", true), supplies);
    opened.push(engine, next);
    expect((await (await next.createSession(experiment)).advance(4)).iteration).toBe(4);
  });
});
