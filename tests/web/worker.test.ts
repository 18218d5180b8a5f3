// SPDX-License-Identifier: MIT
// The line between page and worker: what is transferred, and what a dead worker leaves behind.

import { expect, test } from "vitest";
import { WorkerHost } from "../../web/src/engine/client.js";
import { HostPool } from "../../web/src/engine/pool.js";
import { transferables } from "../../web/src/engine/protocol.js";
import { fakeCore } from "./fake-core.js";
import { fakeWorker } from "./fake-worker.js";

const experiment = JSON.stringify({ version: 1, steps: 1000 });

test("every array within a result is handed over, each buffer once", () => {
  const shared = new Float32Array(4);
  const other = new Float64Array(2);
  const value = {
    runs: [{ loss: shared, half: shared.subarray(2), lr: other, label: "x" }],
  };
  expect(transferables({ ...value, nothing: null, number: 3 })).toEqual([
    shared.buffer,
    other.buffer,
  ]);
});

test("the worker gives its arrays away instead of copying them", async () => {
  const core = fakeCore();
  const kept: Float32Array[] = [];
  const frame = core.frame;
  const worker = await fakeWorker({
    ...core,
    frame: (session) => {
      const outcome = frame(session);
      if (outcome.ok) kept.push(...outcome.value.runs.flatMap((run) => run.parameters[0]!.value));
      return outcome;
    },
  });
  const host = new WorkerHost(worker);
  const received = await host.call("frame", [await host.call("createSession", [experiment])]);
  expect(received.runs[0]?.parameters[0]?.value).toEqual(Float32Array.of(0));
  expect(kept.map((array) => array.byteLength)).toEqual([0]);
  host.close();
});

test("a worker that crashes rejects what was asked and what will be", async () => {
  const worker = await fakeWorker(fakeCore({ cost: 1 }));
  const host = new WorkerHost(worker);
  const lost: string[] = [];
  host.onLost = ({ code }) => lost.push(code);
  const session = await host.call("createSession", [experiment]);
  const under = host.call("advance", [session, 1000]);
  worker.onerror?.({ message: "out of memory" } as ErrorEvent);
  await expect(under).rejects.toMatchObject({
    code: "engine",
    message: "The engine's worker stopped: out of memory",
  });
  await expect(host.call("liveObjects", [])).rejects.toMatchObject({
    code: "engine",
  });
  expect(lost).toEqual(["engine"]);
  expect(worker.terminated).toBe(true);
});

test("a call with a signal that was aborted before is cancelled", async () => {
  const host = new WorkerHost(await fakeWorker(fakeCore({ cost: 1, full: true })));
  const call = host.call("traceText", [experiment, "json", 1, false], {
    signal: AbortSignal.abort(),
  });
  await expect(call).rejects.toMatchObject({ code: "cancelled" });
  expect(await host.call("liveObjects", [])).toMatchObject({ traces: 0 });
  host.close();
});

test("engines share a worker until the last is gone", async () => {
  const workers: Awaited<ReturnType<typeof fakeWorker>>[] = [];
  const pool = new HostPool(async () => {
    const worker = await fakeWorker(fakeCore());
    workers.push(worker);
    return new WorkerHost(worker);
  });
  const [one, two] = await Promise.all([pool.acquire("a", true), pool.acquire("a", true)]);
  expect(workers.length).toBe(1);
  one.release();
  one.release();
  expect(workers[0]?.terminated).toBe(false);
  two.release();
  expect(workers[0]?.terminated).toBe(true);
  const again = await pool.acquire("a", true);
  expect(workers.length).toBe(2);
  again.release();
});

test("an engine that cannot be loaded is tried again by the next", async () => {
  let attempts = 0;
  const pool = new HostPool(async () => {
    if (++attempts === 1) throw new Error("no network");
    return new WorkerHost(await fakeWorker(fakeCore()));
  });
  await expect(pool.acquire("a", true)).rejects.toThrow("no network");
  const lease = await pool.acquire("a", true);
  expect(await lease.host.call("liveObjects", [])).toMatchObject({
    sessions: 0,
  });
  lease.release();
});
