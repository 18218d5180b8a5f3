// SPDX-License-Identifier: MIT
/** Starts an engine on the thread that asks: a worker's, Node's, or that of a page that forbids workers. */

import type { CoreFactory } from "./core-module.js";
import { DirectHost } from "./direct.js";
import { instantiate } from "./module.js";
import type { EngineHost } from "./protocol.js";
import { compileWasm } from "./wasm.js";

export async function launchDirect(create: CoreFactory, wasmUrl: string): Promise<EngineHost> {
  return new DirectHost(await instantiate(create, await compileWasm(wasmUrl)));
}
