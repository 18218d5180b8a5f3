// SPDX-License-Identifier: MIT
/** `<step-lab-checked-badge>`: what an optimizer's numbers were checked against, and how closely they agree. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";

import type { RuleInfo } from "../engine/types.js";
import { baseStyles } from "./base-styles.js";
import { defineElement } from "./define-element.js";

export class CheckedBadge extends LitElement {
  static override styles = [
    baseStyles,
    css`
      p {
        display: grid;
        grid-template-columns: 16px minmax(0, auto);
        gap: 7px;
        align-items: start;
        width: fit-content;
        margin: 0;
        padding: 5px 11px 5px 8px;
        border-radius: 14px;
        background: var(--step-lab-wash);
        font-size: var(--step-lab-text-small);
        line-height: 18px;
        overflow-wrap: anywhere;
        color: var(--step-lab-soft);
      }
      b {
        font-weight: 600;
        color: var(--step-lab-good);
      }
      svg {
        width: 16px;
        height: 18px;
        fill: none;
        stroke: var(--step-lab-good);
        stroke-width: 2;
      }
    `,
  ];

  @property({ attribute: false }) info: RuleInfo | null = null;

  override render(): TemplateResult | typeof nothing {
    const { info } = this;
    if (info === null || info.checked_against === "") return nothing;
    return html`<p>
      <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2.5 8.5l3.6 3.6L13.5 4.2" /></svg>
      <span
        ><span class="spoken">Numbers checked: </span><b>${info.agreement}</b> with
        ${info.checked_against}</span
      >
    </p>`;
  }
}

defineElement("step-lab-checked-badge", CheckedBadge);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-checked-badge": CheckedBadge;
  }
}
