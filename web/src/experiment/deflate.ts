// SPDX-License-Identifier: MIT
/**
 * Short texts in few bytes. The zlib form of deflate, for its checksum: a link that lost or changed a
 * character on its way is refused and not half understood.
 */

export async function deflate(text: string): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** null when the bytes are damaged, are no UTF-8, or hold more than `limit` bytes, of which no more are inflated. */
export async function inflate(
  bytes: Uint8Array<ArrayBuffer>,
  limit: number,
): Promise<string | null> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = stream.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      size += value.byteLength;
      if (size > limit) return null;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    return null;
  } finally {
    // Stops the inflating; after an error there is nothing left to stop.
    reader.cancel().catch(() => null);
  }
}
