// SPDX-License-Identifier: MIT
/** Starts an engine on this thread. Loaded on demand, because it brings the module's glue with it. */

import { DirectHost } from "./direct.js";
import { instantiate } from "./module.js";
import type { EngineHost } from "./protocol.js";
import { compileWasm } from "./wasm.js";

export async function launchDirect(wasmUrl: string): Promise<EngineHost> {
  return new DirectHost(await instantiate(await compileWasm(wasmUrl)));
}
