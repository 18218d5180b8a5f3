// SPDX-License-Identifier: MIT
/** Where the files lie that were built with this code. */

import digitsAddress from "#digits.bin?url";
import wasmAddress from "#steplab.wasm?url";

export const defaultWasmUrl = new URL(wasmAddress, import.meta.url).href;
export const defaultDigitsUrl = new URL(digitsAddress, import.meta.url).href;
