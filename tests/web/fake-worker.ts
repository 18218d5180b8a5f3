// SPDX-License-Identifier: MIT
/** A worker without a thread: the real server and the real client at two ends of a MessageChannel. */

import type { WorkerLike } from "../../web/src/engine/client.js";
import { WorkerHost } from "../../web/src/engine/client.js";
import { DirectHost } from "../../web/src/engine/direct.js";
import type { FromWorker, ToWorker } from "../../web/src/engine/protocol.js";
import { serve } from "../../web/src/engine/serve.js";
import type { FakeCore } from "./fake-core.js";

export interface FakeWorker extends WorkerLike {
  readonly terminated: boolean;
  /** Every message that came out of it. */
  readonly said: FromWorker[];
}

export async function fakeWorker(core: FakeCore): Promise<FakeWorker> {
  const { port1, port2 } = new MessageChannel();
  serve(
    {
      postMessage: (message, transfer) => port2.postMessage(message, transfer),
      set onmessage(listener: ((event: MessageEvent<ToWorker>) => void) | null) {
        port2.onmessage = listener;
      },
    },
    () => Promise.resolve(new DirectHost(core)),
  );
  let terminated = false;
  const said: FromWorker[] = [];
  const worker: FakeWorker = {
    onerror: null,
    onmessage: null,
    said,
    get terminated() {
      return terminated;
    },
    postMessage: (message, transfer) => port1.postMessage(message, transfer),
    terminate: () => {
      terminated = true;
      port1.close();
    },
  };
  await new Promise<void>((resolve) => {
    port1.onmessage = (event: MessageEvent<FromWorker>) => {
      said.push(event.data);
      if (event.data.kind === "ready") resolve();
      worker.onmessage?.(event);
    };
    worker.postMessage({ kind: "start", wasmUrl: "fake" }, []);
  });
  return worker;
}

export async function fakeWorkerHost(core: FakeCore): Promise<WorkerHost> {
  return new WorkerHost(await fakeWorker(core));
}
