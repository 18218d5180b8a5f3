// SPDX-License-Identifier: MIT
/** Reads and compiles the wasm. */

import { StepLabError } from "./errors.js";
import { readBytes } from "./files.js";

export async function compileWasm(url: string): Promise<WebAssembly.Module> {
  try {
    // Not compileStreaming: it needs a server that sends application/wasm, and saves nothing on a
    // module that compiles in a few milliseconds.
    return await WebAssembly.compile(await readBytes(url));
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw StepLabError.of("engine", `The engine could not be loaded from ${url}: ${reason}`);
  }
}
