// SPDX-License-Identifier: MIT
/** Engines of one page share their worker: it starts with the first and ends with the last. */

import type { EngineHost } from "./protocol.js";

interface Shared {
  readonly host: Promise<EngineHost>;
  users: number;
}

/** A share in a host; `release` gives it back, once. */
export interface Lease {
  readonly host: EngineHost;
  release(): void;
}

export class HostPool {
  readonly #shared = new Map<string, Shared>();
  readonly #launch: (wasmUrl: string, inWorker: boolean) => Promise<EngineHost>;

  constructor(launch: (wasmUrl: string, inWorker: boolean) => Promise<EngineHost>) {
    this.#launch = launch;
  }

  async acquire(wasmUrl: string, inWorker: boolean): Promise<Lease> {
    const key = `${inWorker ? "worker" : "direct"} ${wasmUrl}`;
    const shared = this.#shared.get(key) ?? this.#start(key, wasmUrl, inWorker);
    shared.users++;
    let host: EngineHost;
    try {
      host = await shared.host;
    } catch (thrown) {
      this.#forget(key, shared);
      throw thrown;
    }
    return {
      host,
      release: once(() => {
        shared.users--;
        if (shared.users > 0) return;
        this.#forget(key, shared);
        host.close();
      }),
    };
  }

  #start(key: string, wasmUrl: string, inWorker: boolean): Shared {
    const host = this.#launch(wasmUrl, inWorker).then((launched) => {
      // Whoever comes after the loss gets a new one.
      launched.onLost = () => this.#forget(key, shared);
      return launched;
    });
    const shared: Shared = { host, users: 0 };
    this.#shared.set(key, shared);
    return shared;
  }

  #forget(key: string, shared: Shared): void {
    if (this.#shared.get(key) === shared) this.#shared.delete(key);
  }
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
