// SPDX-License-Identifier: MIT
/** The worker of the full engine. */

import createStepLab from "#steplab-full";
import { launchDirect } from "./launch-direct.js";
import type { FromWorker, Port, ToWorker } from "./protocol.js";
import { serve } from "./serve.js";

declare const self: DedicatedWorkerGlobalScope & Port<FromWorker, ToWorker>;

serve(self, (wasmUrl) => launchDirect(createStepLab, wasmUrl));
