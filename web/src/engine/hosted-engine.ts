// SPDX-License-Identifier: MIT
/** An engine as its owner holds it: the sessions that it made and its share in the module. */

import { documentText, requireGrid, requireText } from "./arguments.js";
import { needsDigits } from "./digits.js";
import { StepLabError } from "./errors.js";
import type { Lease } from "./pool.js";
import type { CallArguments, CallName, CallResult } from "./protocol.js";
import { HostedSession } from "./hosted-session.js";
import type {
  Engine,
  ErrorDetails,
  Experiment,
  Grid,
  LiveObjects,
  Registry,
  Session,
} from "./types.js";

export class HostedEngine implements Engine {
  readonly #lease: Lease;
  readonly #loadDigits: () => Promise<Uint8Array>;
  #digits: Promise<unknown> | null = null;
  readonly #sessions = new Set<HostedSession>();
  #registry: Promise<Registry> | null = null;
  #disposed = false;

  /** `loadDigits` is called when the first experiment asks for them. */
  constructor(lease: Lease, loadDigits: () => Promise<Uint8Array>) {
    this.#lease = lease;
    this.#loadDigits = loadDigits;
  }

  async createSession(experiment: Experiment): Promise<Session> {
    const document = documentText(experiment);
    await this.#provideDataOf(document);
    const host = this.#lease.host;
    const handle = await this.#call("createSession", [document], (orphan) => {
      host.call("destroySession", [orphan]).catch(() => null);
    });
    // What the caller does to the document later is no longer this session's experiment.
    const own = JSON.parse(document) as Experiment;
    const session = new HostedSession(host, handle, own, (gone) => this.#sessions.delete(gone));
    this.#sessions.add(session);
    return session;
  }

  async registry(): Promise<Registry> {
    this.#requireAlive();
    this.#registry ??= this.#call("registry", []).then((text) => JSON.parse(text) as Registry);
    return this.#registry;
  }

  async evaluateSurface(formula: string, grid: Grid): Promise<Float32Array> {
    requireText("formula", formula);
    requireGrid(grid);
    return this.#call("evaluateSurface", [formula, grid]);
  }

  async checkFormula(formula: string): Promise<ErrorDetails | null> {
    requireText("formula", formula);
    return this.#call("checkFormula", [formula]);
  }

  async checkExperiment(experiment: unknown): Promise<ErrorDetails | null> {
    const document = documentText(experiment);
    await this.#provideDataOf(document);
    return this.#call("checkExperiment", [document]);
  }

  async liveObjects(): Promise<LiveObjects> {
    return this.#call("liveObjects", []);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const session of [...this.#sessions]) session.dispose();
    this.#lease.release();
  }

  async #provideDataOf(document: string): Promise<void> {
    if (!needsDigits(document)) return;
    this.#digits ??= this.#loadDigits().then((bytes) => this.#call("provideDigits", [bytes]));
    try {
      await this.#digits;
    } catch (thrown) {
      this.#digits = null; // the next experiment tries again
      throw thrown;
    }
  }

  /** `discard` frees a result that comes after the engine was disposed of. */
  async #call<K extends CallName>(
    name: K,
    args: CallArguments<K>,
    discard?: (result: CallResult<K>) => void,
  ): Promise<CallResult<K>> {
    this.#requireAlive();
    const result = await this.#lease.host.call(name, args);
    if (this.#disposed) discard?.(result);
    this.#requireAlive();
    return result;
  }

  #requireAlive(): void {
    if (this.#disposed) throw StepLabError.of("disposed", "This engine was disposed of.");
  }
}
