// SPDX-License-Identifier: MIT
/** The page's side of the line: an engine whose module lives in a worker. */

import { StepLabError } from "./errors.js";
import type {
  CallArguments,
  CallControl,
  CallMessage,
  CallName,
  CallResult,
  EngineHost,
  FromWorker,
  Port,
  ToWorker,
} from "./protocol.js";
import type { ErrorDetails } from "./types.js";

/** A Worker as far as we use it. */
export interface WorkerLike extends Port<ToWorker, FromWorker> {
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

interface Pending {
  readonly resolve: (value: CallResult<CallName>) => void;
  readonly reject: (error: StepLabError) => void;
  readonly onProgress: ((iteration: number) => void) | undefined;
}

export class WorkerHost implements EngineHost {
  onLost: ((error: ErrorDetails) => void) | null = null;
  readonly #worker: WorkerLike;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #ended: StepLabError | null = null;

  /** Takes over a worker that has said "ready". */
  constructor(worker: WorkerLike) {
    this.#worker = worker;
    worker.onmessage = ({ data }) => this.#receive(data);
    worker.onerror = (event) => this.#lose(`The engine's worker stopped: ${event.message}`);
  }

  call<K extends CallName>(
    name: K,
    args: CallArguments<K>,
    { onProgress, signal }: CallControl = {},
  ): Promise<CallResult<K>> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#nextId++;
    const cancel = () => this.#send({ kind: "cancel", id });
    const answer = new Promise<CallResult<CallName>>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress });
      // The compiler does not follow that `args` belongs to `name` in a union.
      this.#send({ kind: "call", id, name, args } as CallMessage);
      if (signal?.aborted) cancel();
      else signal?.addEventListener("abort", cancel, { once: true });
    });
    // The worker answers a call with that call's result.
    return answer.finally(() => signal?.removeEventListener("abort", cancel)) as Promise<
      CallResult<K>
    >;
  }

  close(): void {
    this.#end(StepLabError.of("disposed", "The engine was disposed of."));
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message, []);
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case "ready":
        break;
      case "lost":
        this.#lose(message.error.message);
        break;
      case "progress":
        this.#pending.get(message.id)?.onProgress?.(message.iteration);
        break;
      case "result":
        this.#take(message.id)?.resolve(message.value);
        break;
      case "error":
        this.#take(message.id)?.reject(new StepLabError(message.error));
        break;
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #lose(message: string): void {
    if (this.#ended) return;
    const error = StepLabError.of("engine", message);
    this.#end(error);
    this.onLost?.(error.details());
  }

  #end(error: StepLabError): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#worker.terminate();
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}
