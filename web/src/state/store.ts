// SPDX-License-Identifier: MIT
/** Holds the state, passes it through the reducer and tells those who listen. */

import { reduce, type Action, type PageState } from "./page-state.js";

export type Listener = (state: PageState, before: PageState) => void;

export class Store {
  #state: PageState;
  readonly #listeners = new Set<Listener>();

  constructor(state: PageState) {
    this.#state = state;
  }

  get state(): PageState {
    return this.#state;
  }

  readonly dispatch = (action: Action): void => {
    const before = this.#state;
    this.#state = reduce(before, action);
    if (this.#state === before) return;
    for (const listener of this.#listeners) listener(this.#state, before);
  };

  /** Returns what ends the subscription. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
