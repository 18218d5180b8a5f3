// SPDX-License-Identifier: MIT
/** Reads a built file: over the network in a page, from the disk in Node. */

interface NodeFiles {
  readFile(file: URL): Promise<Uint8Array<ArrayBuffer>>;
}

/** Rejects with an Error that says why. */
export async function readBytes(url: string): Promise<Uint8Array<ArrayBuffer>> {
  if (url.startsWith("file:")) {
    // Named by a variable, or the builds for browsers would put an empty module in its place.
    const files = "node:fs/promises";
    const { readFile } = (await import(/* @vite-ignore */ files)) as NodeFiles;
    return readFile(new URL(url));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
