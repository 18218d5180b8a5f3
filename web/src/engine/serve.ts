// SPDX-License-Identifier: MIT
/** The worker's side of the line: does the calls that arrive and answers each once. */

import { StepLabError } from "./errors.js";
import {
  transferables,
  type CallMessage,
  type EngineHost,
  type FromWorker,
  type Port,
  type ToWorker,
} from "./protocol.js";

/** Answers on `port`, once "start" has said where the wasm is. */
export function serve(
  port: Port<FromWorker, ToWorker>,
  load: (wasmUrl: string) => Promise<EngineHost>,
): void {
  const calls = new Map<number, AbortController>();
  let host: EngineHost | null = null;
  const tell = (message: FromWorker) => port.postMessage(message, []);

  async function start(wasmUrl: string): Promise<void> {
    try {
      host = await load(wasmUrl);
      host.onLost = (error) => tell({ kind: "lost", error });
      tell({ kind: "ready" });
    } catch (thrown) {
      tell({ kind: "lost", error: StepLabError.from(thrown).details() });
    }
  }

  async function answer({ id, name, args }: CallMessage): Promise<void> {
    const abort = new AbortController();
    calls.set(id, abort);
    try {
      if (!host) throw StepLabError.of("engine", "The engine has not started.");
      const value = await host.call(name, args, {
        onProgress: (iteration) => tell({ kind: "progress", id, iteration }),
        signal: abort.signal,
      });
      port.postMessage({ kind: "result", id, value }, transferables(value));
    } catch (thrown) {
      tell({ kind: "error", id, error: StepLabError.from(thrown).details() });
    } finally {
      calls.delete(id);
    }
  }

  port.onmessage = ({ data }) => {
    switch (data.kind) {
      case "start":
        void start(data.wasmUrl);
        break;
      case "call":
        void answer(data);
        break;
      case "cancel":
        calls.get(data.id)?.abort();
        break;
    }
  };
}
