// SPDX-License-Identifier: MIT
/** Registers an element once, however often a page loads the module. */

export function defineElement(tag: `step-lab-${string}`, type: CustomElementConstructor): void {
  if (!customElements.get(tag)) customElements.define(tag, type);
}
