// SPDX-License-Identifier: MIT
/** The engine over the built wasm modules, on this thread: what a page has, under Node. */

import { createEngine } from "../../web/src/engine/engine.js";
import type { Engine } from "../../web/src/engine/types.js";

export function realEngine(): Promise<Engine> {
  const built = (name: string) => new URL(`../../build/wasm/wasm/${name}`, import.meta.url);
  return createEngine({
    wasmUrl: built("steplab.wasm"),
    fullWasmUrl: built("steplab-full.wasm"),
    worker: false,
  });
}
