// SPDX-License-Identifier: MIT
/** How much is asked of the engine at a time: as much as has become due, and as it can answer soon. */

import type { Speed } from "./speeds.js";

/** Iterations a second beyond which no clock matters. */
const fastest = 1e7;
const largestSlice = 100_000;

export class Pace {
  #due = 0;
  #clock = 0;
  #slice = 8;

  /** Iterations that the engine has lately answered in the time that was aimed at. */
  get slice(): number {
    return this.#slice;
  }

  /** The first line or iteration is due at once. */
  begin(): void {
    this.#due = 1;
    this.resume();
  }

  /** The time until now does not count. */
  resume(): void {
    this.#clock = performance.now();
  }

  /** Whether anything has become due. */
  isDue(now: number, { rate }: Speed): boolean {
    const gained = (Math.max(0, now - this.#clock) / 1000) * Math.min(rate, fastest);
    this.#due = Math.min(this.#due + gained, fastest);
    this.#clock = now;
    return this.#due >= 1;
  }

  takeLine(): void {
    this.#due = Math.min(this.#due - 1, 1);
  }

  /** How many iterations are due, as many as fit in a slice. A machine that cannot keep up plays slower. */
  takeIterations({ rate }: Speed): number {
    const count = Math.max(1, Math.min(Math.floor(this.#due), this.#slice));
    this.#due = Math.min(this.#due - count, rate / 10);
    return count;
  }

  /** An answer took so many milliseconds, where another number was aimed at. */
  adapt(took: number, aim: number): void {
    const factor = Math.max(0.5, Math.min(2, aim / Math.max(took, 0.5)));
    this.#slice = Math.max(1, Math.min(largestSlice, Math.round(this.#slice * factor)));
  }
}

/** Settles when the browser is about to draw. */
export function nextFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}
