// SPDX-License-Identifier: MIT
/** `<step-lab-math-formula>`: a formula or a symbol of the registry as mathematics, with numbers under its symbols. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";

import { baseStyles } from "./base-styles.js";
import { defineElement } from "./define-element.js";

type Formulas = Readonly<Record<string, string>>;

/** Forty formulas are not needed for the first picture: they come when one is shown. */
let loading: Promise<Formulas> | null = null;
let loaded: Formulas | null = null;

async function load(): Promise<Formulas> {
  loading ??= import("virtual:formulas").then((module) => module.default);
  return (loaded = await loading);
}

export class MathFormula extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        overflow-x: auto;
        overflow-y: hidden;
        scrollbar-width: thin;
      }
      :host([inline]) {
        display: inline-block;
        overflow: visible;
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
        padding: 0.2em 0;
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
      [data-symbol] {
        padding: 0 2px;
        font: 500 10.5px/1.3 var(--step-lab-mono);
        color: var(--step-lab-accent);
      }
      .rest {
        display: flex;
        flex-wrap: wrap;
        gap: 6px 18px;
        margin: 6px 0 0;
        padding: 0;
        list-style: none;
      }
      .rest li {
        display: inline-flex;
        align-items: baseline;
        gap: 5px;
      }
      .rest span {
        font: 500 11.5px/1.5 var(--step-lab-mono);
        color: var(--step-lab-accent);
      }
      code {
        font: 13px/1.5 var(--step-lab-mono);
        white-space: pre-wrap;
      }
    `,
  ];

  /** A formula or a symbol of the registry. Any other is shown as it is written. */
  @property() latex = "";
  /** Stands within a sentence. */
  @property({ type: Boolean, reflect: true }) inline = false;
  /** What is written under the symbols of a formula, by their LaTeX; those that it lacks are listed below. */
  @property({ attribute: false }) values: ReadonlyMap<string, string> = new Map();

  @state() private formulas: Formulas | null = loaded;

  /** What scrolls must be reached by keyboard. */
  readonly #sizes = new ResizeObserver(() => {
    if (this.scrollWidth > this.clientWidth && !this.inline) this.tabIndex = 0;
    else this.removeAttribute("tabindex");
  });

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sizes.observe(this);
    if (this.formulas === null) void load().then((formulas) => (this.formulas = formulas));
  }

  override render(): TemplateResult | typeof nothing {
    const { formulas, values } = this;
    if (formulas === null) return nothing;
    const markup = Object.hasOwn(formulas, this.latex) ? formulas[this.latex]! : null;
    // The markup is a constant of the build, never what someone typed.
    if (markup === null) return html`<code>${this.latex}</code>`;
    const rest = [...values].filter(([latex]) => !markup.includes(slotOf(latex)));
    return html`${unsafeHTML(markup)}
    ${
      rest.length === 0
        ? nothing
        : html`<ul class="rest">
            ${rest.map(
              ([latex, text]) =>
                html`<li>${unsafeHTML(formulas[latex] ?? "")}= <span>${text}</span></li>`,
            )}
          </ul>`
    }`;
  }

  protected override updated(): void {
    for (const slot of this.renderRoot.querySelectorAll<MathMLElement>("[data-symbol]")) {
      const text = this.values.get(slot.dataset["symbol"]!) ?? "";
      if (slot.textContent !== text) slot.textContent = text;
    }
  }
}

/** How a symbol's slot is marked by formulas/slots.ts. */
function slotOf(latex: string): string {
  const escaped = latex.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  return `data-symbol="${escaped}"`;
}

defineElement("step-lab-math-formula", MathFormula);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-math-formula": MathFormula;
  }
}
