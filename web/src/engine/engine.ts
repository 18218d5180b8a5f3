// SPDX-License-Identifier: MIT
/**
 * The engine: PyTorch's training loop over a WebAssembly core, the same in a page and in Node.
 *
 *     const engine = await createEngine();
 *     const session = await engine.createSession(experiment);
 *     const frame = await session.advance(100);
 *     engine.dispose();
 */

import { HostedEngine } from "./hosted-engine.js";
import { launch } from "./launch.js";
import { HostPool } from "./pool.js";
import type { Engine, EngineOptions } from "./types.js";
import { loadDigits } from "./digits.js";
import { defaultDigitsUrl, defaultWasmUrl } from "./built-files.js";

export { StepLabError } from "./errors.js";
export type * from "./types.js";

const pool = new HostPool(launch);

/** Rejects with a StepLabError of code "engine" when the module cannot be loaded. */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const { wasmUrl = defaultWasmUrl, digitsUrl = defaultDigitsUrl } = options;
  const { worker = typeof Worker === "function" } = options;
  const lease = await pool.acquire(absolute(wasmUrl), worker);
  return new HostedEngine(lease, () => loadDigits(absolute(digitsUrl)));
}

// A worker would read a relative address from where its own script lies.
function absolute(address: string | URL): string {
  return new URL(address, globalThis.document?.baseURI).href;
}
