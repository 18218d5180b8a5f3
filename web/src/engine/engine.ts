// SPDX-License-Identifier: MIT
/**
 * The engine: PyTorch's training loop over a WebAssembly core, the same in a page and in Node.
 *
 *     const engine = await createEngine();
 *     const session = await engine.createSession(experiment);
 *     const frame = await session.advance(100);
 *     engine.dispose();
 *
 * The core has two editions. The small one is loaded at once; the full one, with every optimizer, when
 * an experiment names something that only it has, or an export is asked for.
 */

import fullNames from "virtual:full-names";
import { defaultDigitsUrl } from "./built-files.js";
import { loadDigits } from "./digits.js";
import { editions } from "./editions.js";
import { HostedEngine } from "./hosted-engine.js";
import { launch } from "./launch.js";
import { HostPool } from "./pool.js";
import type { Engine, EngineOptions } from "./types.js";

export { StepLabError } from "./errors.js";
export type * from "./types.js";

const small = new HostPool((wasmUrl, inWorker) => launch(editions.small, wasmUrl, inWorker));
const full = new HostPool((wasmUrl, inWorker) => launch(editions.full, wasmUrl, inWorker));

/** Rejects with a StepLabError of code "engine" when the module cannot be loaded. */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const { wasmUrl = editions.small.wasmUrl, fullWasmUrl = editions.full.wasmUrl } = options;
  const { digitsUrl = defaultDigitsUrl, worker = typeof Worker === "function" } = options;
  return new HostedEngine(await small.acquire(absolute(wasmUrl), worker), {
    full: () => full.acquire(absolute(fullWasmUrl), worker),
    fullNames,
    digits: () => loadDigits(absolute(digitsUrl)),
    registry: async () => (await import("#registry.json")).default,
  });
}

// A worker would read a relative address from where its own script lies.
function absolute(address: string | URL): string {
  return new URL(address, globalThis.document?.baseURI).href;
}
