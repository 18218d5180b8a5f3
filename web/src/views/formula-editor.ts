// SPDX-License-Identifier: MIT
/** `<step-lab-formula-editor>`: keeps what is being typed, asks the engine about it, passes on what parses. */

import { html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { defineElement } from "../components/define-element.js";
import "../components/formula-field.js";
import type { FormulaDetail } from "../components/formula-field.js";
import type { ErrorDetails } from "../engine/types.js";

export class FormulaEditor extends LitElement {
  /** The last good formula. */
  @property() formula = "";
  @property({ attribute: false }) check: (formula: string) => Promise<ErrorDetails | null> =
    async () => null;

  @state() private draft: string | null = null;
  @state() private fault: ErrorDetails | null = null;

  override willUpdate(changed: PropertyValues<this>): void {
    // Another formula than the one typed here: another experiment.
    if (changed.has("formula") && this.formula !== this.draft) {
      this.draft = null;
      this.fault = null;
    }
  }

  override render(): TemplateResult {
    return html`<step-lab-formula-field
      .formula=${this.draft ?? this.formula}
      .error=${this.fault}
      @formula-input=${this.#typed}
    ></step-lab-formula-field>`;
  }

  async #typed({ detail: { formula } }: CustomEvent<FormulaDetail>): Promise<void> {
    this.draft = formula;
    const fault = await this.check(formula);
    if (formula !== this.draft) return;
    this.fault = fault;
    if (fault !== null || formula === this.formula) return;
    const detail: FormulaDetail = { formula };
    this.dispatchEvent(new CustomEvent("formula-good", { detail }));
  }
}

defineElement("step-lab-formula-editor", FormulaEditor);
