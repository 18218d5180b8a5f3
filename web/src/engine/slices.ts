// SPDX-License-Identifier: MIT
/** Long work in short slices, so that the thread it runs on stays answerable. */

/** Longest time in milliseconds before others get their turn: half a frame. */
const SLICE = 8;

/** What is left after some iterations. */
export interface Progress {
  readonly iteration: number;
  readonly more: boolean;
}

/**
 * Runs up to `iterations`, as many at a time as fit into a slice, and lets other tasks run in
 * between; `checkpoint` is called after that and stops the work by throwing.
 */
export async function inSlices(
  iterations: number,
  run: (iterations: number) => Progress,
  checkpoint: (iteration: number) => void,
): Promise<void> {
  let left = iterations;
  let chunk = 1;
  let sliceBegan = performance.now();
  while (left > 0) {
    const count = Math.min(chunk, left);
    const began = performance.now();
    const progress = run(count);
    const now = performance.now();
    left -= count;
    if (!progress.more || left === 0) return;
    // A chunk is aimed at a quarter of a slice: the first ones are guesses.
    if (now - began < SLICE / 4) chunk *= 2;
    else if (now - began > SLICE / 2) chunk = Math.ceil(chunk / 2);
    if (now - sliceBegan < SLICE) continue;
    await nextTask();
    checkpoint(progress.iteration);
    sliceBegan = performance.now();
  }
}

// Not setTimeout, which browsers hold back for 4 ms when it is nested.
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
