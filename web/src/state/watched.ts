// SPDX-License-Identifier: MIT
/** What the inspector looks at. */

/** The element whose update is spelt out; null is the run's first parameter. */
export interface Watched {
  readonly run: number;
  readonly parameter: string | null;
  readonly element: number;
}

export function sameElement(a: Watched, b: Watched): boolean {
  return a.run === b.run && a.parameter === b.parameter && a.element === b.element;
}
