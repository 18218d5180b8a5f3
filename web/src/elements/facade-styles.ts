// SPDX-License-Identifier: MIT
/** How the element looks before its view is there: its children, or what went wrong. */

let sheet: CSSStyleSheet | null = null;

/** One sheet for all elements; adopted, because a strict policy refuses `<style>`. */
export function facadeStyles(): CSSStyleSheet {
  if (sheet) return sheet;
  sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host {
      display: block;
      min-block-size: 12rem;
      contain: layout style;
    }
    :host([hidden]) {
      display: none;
    }
    :host([data-live]) slot,
    [part="message"][hidden] {
      display: none;
    }
    [part="message"] {
      margin: 0;
      padding: 0.75em 1em;
      border-inline-start: 3px solid var(--step-lab-bad, #b3261e);
      font: 0.9375em/1.5 var(--step-lab-sans, system-ui, sans-serif);
    }
  `);
  return sheet;
}
