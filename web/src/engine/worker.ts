// SPDX-License-Identifier: MIT
/** The worker: the engine behind messages. */

import { DirectHost } from "./direct.js";
import { instantiate } from "./module.js";
import type { FromWorker, Port, ToWorker } from "./protocol.js";
import { serve } from "./serve.js";
import { compileWasm } from "./wasm.js";

declare const self: DedicatedWorkerGlobalScope & Port<FromWorker, ToWorker>;

serve(self, async (wasmUrl) => new DirectHost(await instantiate(await compileWasm(wasmUrl))));
