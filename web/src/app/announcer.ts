// SPDX-License-Identifier: MIT
/** Says things to screen readers, one message every two seconds at most, the latest first. */

const pause = 2000;

export class Announcer {
  text = "";
  readonly #onChange: () => void;
  #next: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  say(text: string): void {
    if (text === (this.#next ?? this.text)) return;
    this.#next = text;
    if (this.#timer === null) this.#speak();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #speak(): void {
    this.#timer = null;
    if (this.#next === null) return;
    this.text = this.#next;
    this.#next = null;
    this.#timer = setTimeout(() => this.#speak(), pause);
    this.#onChange();
  }
}
