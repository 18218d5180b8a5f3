// SPDX-License-Identifier: MIT
/** Where the wasm lies that was built with this code. */

import address from "#steplab.wasm?url";

export const defaultWasmUrl = new URL(address, import.meta.url).href;
