// SPDX-License-Identifier: MIT
/** An engine as its owner holds it: the sessions that it made and its share in the modules. */

import { documentText, requireGrid, requireText } from "./arguments.js";
import { needsDigits } from "./digits.js";
import { StepLabError } from "./errors.js";
import { needsFull } from "./full-names.js";
import { HostedSession } from "./hosted-session.js";
import type { Lease } from "./pool.js";
import type { CallArguments, CallControl, CallName, CallResult, EngineHost } from "./protocol.js";
import type {
  DiagnoseOptions,
  Diagnosis,
  Engine,
  ErrorDetails,
  Experiment,
  Grid,
  LiveObjects,
  Registry,
  Session,
} from "./types.js";

/** What an engine fetches when it is needed for the first time. */
export interface Supplies {
  readonly full: () => Promise<Lease>;
  /** What only the full module knows. */
  readonly fullNames: readonly string[];
  readonly digits: () => Promise<Uint8Array>;
  readonly registry: () => Promise<Registry>;
}

export class HostedEngine implements Engine {
  readonly #small: Lease;
  readonly #supplies: Supplies;
  #full: Promise<Lease> | null = null;
  /** By the module that was given them. */
  readonly #digits = new Map<EngineHost, Promise<unknown>>();
  readonly #sessions = new Set<HostedSession>();
  #disposed = false;

  constructor(small: Lease, supplies: Supplies) {
    this.#small = small;
    this.#supplies = supplies;
  }

  async createSession(experiment: Experiment): Promise<Session> {
    const document = documentText(experiment);
    const { host, handle } = await this.#place(document);
    // What the caller does to the document later is no longer this session's experiment.
    const own = JSON.parse(document) as Experiment;
    const session = new HostedSession(
      host,
      handle,
      own,
      (text) => this.#fullHostFor(text),
      (gone) => this.#sessions.delete(gone),
    );
    this.#sessions.add(session);
    return session;
  }

  async registry(): Promise<Registry> {
    this.#requireAlive();
    return this.#supplies.registry();
  }

  async evaluateSurface(formula: string, grid: Grid): Promise<Float32Array> {
    requireText("formula", formula);
    requireGrid(grid);
    return this.#call(this.#small.host, "evaluateSurface", [formula, grid]);
  }

  async checkFormula(formula: string): Promise<ErrorDetails | null> {
    requireText("formula", formula);
    return this.#call(this.#small.host, "checkFormula", [formula]);
  }

  async checkExperiment(experiment: unknown): Promise<ErrorDetails | null> {
    const document = documentText(experiment);
    const host = await this.#hostFor(document);
    const fault = await this.#call(host, "checkExperiment", [document]);
    if (fault === null) return null;
    const better = await this.#betterJudge(host, fault.path, document);
    return better === null ? fault : this.#call(better, "checkExperiment", [document]);
  }

  async exportPytorch(experiment: Experiment): Promise<string> {
    const document = documentText(experiment);
    return this.#call(await this.#fullHostFor(document), "exportPytorch", [document]);
  }

  async diagnose(
    experiment: Experiment,
    { onProgress, signal }: DiagnoseOptions = {},
  ): Promise<Diagnosis> {
    const document = documentText(experiment);
    const host = await this.#fullHostFor(document);
    const text = await this.#call(host, "diagnose", [document], undefined, { onProgress, signal });
    // The text is the core's own, so its shape is known.
    return JSON.parse(text) as Diagnosis;
  }

  async liveObjects(): Promise<LiveObjects> {
    const hosts = [this.#small.host];
    if (this.#full !== null) hosts.push((await this.#full).host);
    const found = await Promise.all(hosts.map((host) => this.#call(host, "liveObjects", [])));
    return found.reduce((sum, each) => ({
      sessions: sum.sessions + each.sessions,
      traces: sum.traces + each.traces,
      memory: sum.memory + each.memory,
    }));
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const session of [...this.#sessions]) session.dispose();
    this.#small.release();
    this.#full?.then((lease) => lease.release()).catch(() => null);
  }

  /** Makes a session in the module that knows everything that its document names. */
  async #place(document: string): Promise<{ host: EngineHost; handle: number }> {
    const host = await this.#hostFor(document);
    try {
      return { host, handle: await this.#createIn(host, document) };
    } catch (refusal) {
      const better = await this.#betterJudge(host, StepLabError.from(refusal).path, document);
      if (better === null) throw refusal;
      return { host: better, handle: await this.#createIn(better, document) };
    }
  }

  #createIn(host: EngineHost, document: string): Promise<number> {
    return this.#call(host, "createSession", [document], (orphan) => {
      host.call("destroySession", [orphan]).catch(() => null);
    });
  }

  /**
   * The full module where the small one refuses a name, since its list of what there is instead is not the
   * whole one; null where there is nothing to add, or where it cannot be loaded.
   */
  async #betterJudge(host: EngineHost, path: string, document: string): Promise<EngineHost | null> {
    if (host !== this.#small.host || !path.endsWith("/name")) return null;
    return this.#fullHostFor(document).catch(() => null);
  }

  /** The module that knows everything that a document names, with the data that it asks for. */
  async #hostFor(document: string): Promise<EngineHost> {
    this.#requireAlive();
    const { host } = needsFull(document, this.#supplies.fullNames)
      ? await this.#acquireFull()
      : this.#small;
    await this.#provideDigits(host, document);
    return host;
  }

  /** The full module, with the data that a document asks for. */
  async #fullHostFor(document: string): Promise<EngineHost> {
    this.#requireAlive();
    const { host } = await this.#acquireFull();
    await this.#provideDigits(host, document);
    return host;
  }

  async #acquireFull(): Promise<Lease> {
    this.#full ??= this.#supplies.full();
    try {
      return await this.#full;
    } catch (thrown) {
      this.#full = null; // the next experiment tries again
      throw thrown;
    }
  }

  async #provideDigits(host: EngineHost, document: string): Promise<void> {
    if (!needsDigits(document)) return;
    const provided =
      this.#digits.get(host) ??
      this.#supplies.digits().then((bytes) => this.#call(host, "provideDigits", [bytes]));
    this.#digits.set(host, provided);
    try {
      await provided;
    } catch (thrown) {
      this.#digits.delete(host); // the next experiment tries again
      throw thrown;
    }
  }

  /** `discard` frees a result that comes after the engine was disposed of. */
  async #call<K extends CallName>(
    host: EngineHost,
    name: K,
    args: CallArguments<K>,
    discard?: (result: CallResult<K>) => void,
    control?: CallControl,
  ): Promise<CallResult<K>> {
    this.#requireAlive();
    const result = await host.call(name, args, control);
    if (this.#disposed) discard?.(result);
    this.#requireAlive();
    return result;
  }

  #requireAlive(): void {
    if (this.#disposed) throw StepLabError.of("disposed", "This engine was disposed of.");
  }
}
