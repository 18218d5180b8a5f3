// SPDX-License-Identifier: MIT
/** `<step-lab-optimizer-reference>`: what there is to know of an optimizer, whatever it is applied to. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";

import type { HyperParameterInfo, RuleInfo, StateInfo } from "../engine/types.js";
import { baseStyles } from "./base-styles.js";
import "./checked-badge.js";
import { defineElement } from "./define-element.js";
import { hyperText } from "./hyper-text.js";
import "./math-formula.js";
import { formatNumber } from "./numbers.js";
import { symbolsOf } from "./symbols.js";

/** Ends of a range that stand for none. */
const unbounded = 1e30;

export class OptimizerReference extends LitElement {
  static override styles = [
    baseStyles,
    css`
      .summary {
        margin: 0 0 14px;
        font: 17px/1.45 var(--step-lab-serif);
        text-wrap: pretty;
      }
      step-lab-checked-badge {
        margin: 14px 0 0;
      }
      h4 {
        margin: 20px 0 4px;
        font: 600 12px/1.2 var(--step-lab-sans);
        letter-spacing: 0.02em;
        color: var(--step-lab-soft);
      }
      dl {
        display: grid;
        margin: 0;
      }
      dl > div {
        padding: 7px 0;
        border-top: 1px solid var(--step-lab-line);
      }
      dl > div:first-child {
        border-top: 0;
      }
      dt {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 2px 10px;
      }
      dt code {
        font: 600 13px var(--step-lab-mono);
        overflow-wrap: anywhere;
      }
      dt .values {
        margin-left: auto;
        font: 12.5px var(--step-lab-mono);
        font-variant-numeric: tabular-nums;
        color: var(--step-lab-ink);
      }
      dt .values i:not(:empty) {
        margin-left: 14px;
        font-style: normal;
        color: var(--step-lab-soft);
      }
      dd {
        margin: 1px 0 0;
        font-size: 13.5px;
        line-height: 1.4;
        color: var(--step-lab-soft);
      }
      .paper {
        margin: 0;
        font-size: 13.5px;
        line-height: 1.45;
        overflow-wrap: anywhere;
      }
      a {
        color: var(--step-lab-accent);
      }
    `,
  ];

  @property({ attribute: false }) info: RuleInfo | null = null;
  /** Leaves out what stands beside it already: summary, formula and badge. */
  @property({ type: Boolean }) brief = false;

  override render(): TemplateResult | typeof nothing {
    const { info } = this;
    if (info === null) return nothing;
    const settable = info.hyper_parameters.filter(({ internal }) => !internal);
    return html`
      ${
        this.brief
          ? nothing
          : html`<p class="summary">${info.summary}</p>
              <step-lab-math-formula .latex=${info.formula}></step-lab-math-formula>
              <step-lab-checked-badge .info=${info}></step-lab-checked-badge>`
      }
      <h4>What each hyper-parameter does, its default and its range</h4>
      <dl>${settable.map((each) => this.#hyper(each))}</dl>
      ${
        info.state.length === 0
          ? nothing
          : html`<h4>What it keeps for every parameter</h4>
              <dl>${info.state.map((each) => this.#state(each))}</dl>`
      }
      <h4>Where it comes from</h4>
      ${paper(info.paper)}
      ${
        "pytorch_class" in info && info.pytorch_class !== ""
          ? html`<p class="paper">In PyTorch: <code>${info.pytorch_class}</code></p>`
          : nothing
      }
    `;
  }

  #hyper(info: HyperParameterInfo): TemplateResult {
    return html`<div>
      <dt>
        <code>${info.name}</code>
        ${symbol(info.symbol)}
        <span class="values">${hyperText(info.default)}<i>${range(info)}</i></span>
      </dt>
      <dd>${info.doc}</dd>
    </div>`;
  }

  #state({ name, symbol: latex, doc }: StateInfo): TemplateResult {
    return html`<div>
      <dt><code>${name}</code> ${symbol(latex)}</dt>
      <dd>${doc}</dd>
    </div>`;
  }
}

function symbol(latex: string): readonly TemplateResult[] {
  return symbolsOf(latex).map(
    (one) => html`<step-lab-math-formula inline .latex=${one}></step-lab-math-formula>`,
  );
}

/** What a control offers beside the default. */
function range({ default: fallback, min, max, choices }: HyperParameterInfo): string {
  if (choices.length > 0) return `or ${choices.map(hyperText).join(", ")}`;
  if (typeof fallback === "boolean" || typeof fallback === "string") return "";
  if (min <= -unbounded && max >= unbounded) return "";
  if (max >= unbounded) return `from ${formatNumber(min)}`;
  return `${formatNumber(min)} … ${formatNumber(max)}`;
}

/** "Authors: title; https://…" with the address as a link. */
function paper(text: string): TemplateResult {
  const [citation, address] = text.split(/;\s*(?=https:\/\/)/, 2);
  return html`<p class="paper">
    ${citation}${
      address === undefined
        ? nothing
        : html`;
            <a href=${address} target="_blank" rel="noreferrer"
              >${address.replace("https://", "")}</a
            >`
    }
  </p>`;
}

defineElement("step-lab-optimizer-reference", OptimizerReference);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-optimizer-reference": OptimizerReference;
  }
}
