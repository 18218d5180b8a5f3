// SPDX-License-Identifier: MIT
/** The worker: the engine behind messages. */

import createStepLab from "#steplab";
import { launchDirect } from "./launch-direct.js";
import type { FromWorker, Port, ToWorker } from "./protocol.js";
import { serve } from "./serve.js";

declare const self: DedicatedWorkerGlobalScope & Port<FromWorker, ToWorker>;

serve(self, (wasmUrl) => launchDirect(createStepLab, wasmUrl));
