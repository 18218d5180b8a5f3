// SPDX-License-Identifier: MIT
/** `<step-lab-math-formula>`: one of the registry's formulas, as mathematics. */

import { css, html, LitElement, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import formulas from "virtual:formulas";

import { baseStyles } from "./base-styles.js";
import { defineElement } from "./define-element.js";

export class MathFormula extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        overflow-x: auto;
        overflow-y: hidden;
      }
      math {
        width: max-content;
        margin: 0;
        font-family:
          "STIX Two Math", "Latin Modern Math", "Cambria Math", "DejaVu Math TeX Gyre", math, serif;
        font-size: 1.06em;
        text-align: left;
      }
      mtd {
        padding: 0.28em 0;
        text-align: left;
      }
      mtd:nth-child(odd) {
        text-align: right;
      }
      mtd mtd,
      mtd mtd:nth-child(odd) {
        padding: 0.1em 0.8em 0.1em 0.2em;
        text-align: left;
      }
      code {
        font: 13px/1.5 var(--step-lab-mono);
        white-space: pre-wrap;
      }
    `,
  ];

  /** A formula of the registry. Any other is shown as it is written. */
  @property() latex = "";

  override render(): TemplateResult {
    const markup = Object.hasOwn(formulas, this.latex) ? formulas[this.latex] : undefined;
    // The markup is a constant of the build, never what someone typed.
    return markup ? html`${unsafeHTML(markup)}` : html`<code>${this.latex}</code>`;
  }
}

defineElement("step-lab-math-formula", MathFormula);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-math-formula": MathFormula;
  }
}
