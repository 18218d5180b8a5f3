// SPDX-License-Identifier: MIT
/** Reads and compiles the wasm: over the network in a page, from the disk in Node. */

import { StepLabError } from "./errors.js";

interface NodeFiles {
  readFile(file: URL): Promise<Uint8Array<ArrayBuffer>>;
}

export async function compileWasm(url: string): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(await readBytes(url));
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw StepLabError.of("engine", `The engine could not be loaded from ${url}: ${reason}`);
  }
}

// Not compileStreaming: it needs a server that sends application/wasm, and saves nothing on a
// module that compiles in a few milliseconds.
async function readBytes(url: string): Promise<Uint8Array<ArrayBuffer> | ArrayBuffer> {
  if (url.startsWith("file:")) {
    // Named by a variable, or the builds for browsers would put an empty module in its place.
    const files = "node:fs/promises";
    const { readFile } = (await import(/* @vite-ignore */ files)) as NodeFiles;
    return readFile(new URL(url));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.arrayBuffer();
}
