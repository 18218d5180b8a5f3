// SPDX-License-Identifier: MIT
/** `<step-lab-formula-field>`: a formula being typed; a mistake is pointed at, and the last good one stays. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";

import type { ErrorDetails } from "../engine/types.js";
import { baseStyles } from "./base-styles.js";
import { defineElement } from "./define-element.js";

/** Detail of `formula-input`, after every keystroke, and `formula-change`, on Enter or when the field is left. */
export interface FormulaDetail {
  readonly formula: string;
}

export class FormulaField extends LitElement {
  static override styles = [
    baseStyles,
    css`
      label {
        display: block;
        margin-bottom: var(--step-lab-space-1);
        font-size: var(--step-lab-text-tiny);
        font-weight: 600;
        color: var(--step-lab-soft);
      }
      input[type="text"],
      pre {
        font: 14px/1.4 var(--step-lab-mono);
      }
      input[type="text"] {
        width: 100%;
      }
      .window {
        overflow: hidden;
      }
      pre {
        margin: 0;
        padding: 0 9px;
        line-height: 1;
        color: var(--step-lab-bad);
        width: max-content;
      }
      p {
        margin: 2px 0 0;
        font-size: var(--step-lab-text-small);
        color: var(--step-lab-bad);
      }
      p small {
        color: var(--step-lab-soft);
        font-size: inherit;
      }
      p:empty {
        display: none;
      }
    `,
  ];

  /** What the field shows. */
  @property() formula = "";
  /** What `Engine.checkFormula` said of it; null when it is good. */
  @property({ attribute: false }) error: ErrorDetails | null = null;
  @property() label = "f(x, y) =";
  @property({ type: Boolean }) disabled = false;

  override render(): TemplateResult {
    return html`
      <label for="field">${this.label}</label>
      <input
        id="field"
        type="text"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        .value=${this.formula}
        ?disabled=${this.disabled}
        aria-invalid=${this.error !== null}
        aria-describedby="problem"
        @input=${this.#input}
        @change=${this.#change}
        @scroll=${this.#follow}
      />
      <div class="window" aria-hidden="true">${this.#caret()}</div>
      <p id="problem" role="alert">${this.#problem()}</p>
    `;
  }

  /** Puts the keyboard into the field. */
  override focus(): void {
    this.#field()?.focus();
  }

  #caret(): TemplateResult | typeof nothing {
    const position = this.error?.position ?? -1;
    if (position < 0) return nothing;
    return html`<pre>${" ".repeat(Math.min(position, this.formula.length))}▲</pre>`;
  }

  #problem(): TemplateResult | typeof nothing {
    if (!this.error) return nothing;
    return html`${this.error.message}
      <small>The picture keeps the last formula that could be read.</small>`;
  }

  #input(event: Event): void {
    event.stopPropagation();
    this.formula = (event.target as HTMLInputElement).value;
    this.#emit("formula-input");
  }

  #change(event: Event): void {
    event.stopPropagation();
    this.#emit("formula-change");
  }

  /** Keeps the caret under its character when a long formula scrolls. */
  #follow(): void {
    const field = this.#field();
    const pointer = this.renderRoot.querySelector("pre");
    if (field && pointer) pointer.style.transform = `translateX(${-field.scrollLeft}px)`;
  }

  override updated(): void {
    this.#follow();
  }

  #field(): HTMLInputElement | null {
    return this.renderRoot.querySelector("input");
  }

  #emit(type: "formula-input" | "formula-change"): void {
    const detail: FormulaDetail = { formula: this.formula };
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

defineElement("step-lab-formula-field", FormulaField);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-formula-field": FormulaField;
  }
}
