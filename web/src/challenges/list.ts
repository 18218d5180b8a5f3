// SPDX-License-Identifier: MIT
/** `<step-lab-challenge-list>`: every challenge, by topic, with those that are mended marked. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { baseStyles } from "../components/base-styles.js";
import { defineElement } from "../components/define-element.js";
import { challenges } from "./catalogue.js";
import type { Challenge } from "./challenge.js";
import { entryOf } from "./record.js";

/** Detail of `open-challenge`. */
export interface OpenDetail {
  readonly challenge: Challenge;
}

const topics = [...new Set(challenges.map(({ topic }) => topic))];

export class ChallengeList extends LitElement {
  static override styles = [
    baseStyles,
    css`
      .intro {
        margin: 0 0 6px;
        font: 400 16px/1.45 var(--step-lab-serif);
        text-wrap: pretty;
      }
      .count {
        margin: 0;
        font-size: 13px;
        font-variant-numeric: tabular-nums;
        color: var(--step-lab-soft);
      }
      .topics {
        columns: 2 340px;
        column-gap: 40px;
      }
      section {
        break-inside: avoid;
        padding-top: 18px;
      }
      h3 {
        margin: 0 0 4px;
        font: 600 12px/1.2 var(--step-lab-sans);
        letter-spacing: 0.02em;
        color: var(--step-lab-soft);
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li + li {
        border-top: 1px solid var(--step-lab-line);
      }
      button {
        display: grid;
        grid-template-columns: 22px minmax(0, 1fr) auto;
        gap: 8px;
        align-items: baseline;
        justify-content: stretch;
        width: 100%;
        padding: 8px 6px;
        border: 0;
        border-radius: 4px;
        text-align: left;
      }
      b {
        font: 600 15px/1.3 var(--step-lab-serif);
      }
      .sign {
        color: var(--step-lab-faint);
      }
      .mended .sign {
        color: var(--step-lab-good);
        font-weight: 700;
      }
      .difficulty {
        font-size: 13px;
        color: var(--step-lab-soft);
      }
    `,
  ];

  /** The one that is open. */
  @property({ attribute: false }) current: string | null = null;

  protected override render(): TemplateResult {
    const mended = challenges.filter(({ id }) => entryOf(id).solved !== null).length;
    return html`<p class="intro">
        Runs that do not do what someone expected of them. Take any; look, change something, have it
        checked as often as you like.
      </p>
      <p class="count">
        ${challenges.length} challenges${mended === 0 ? nothing : `, ${mended} mended`}
      </p>
      <div class="topics">
        ${topics.map(
          (title) =>
            html`<section aria-label=${title}>
              <h3>${title}</h3>
              <ul>
                ${challenges
                  .filter(({ topic }) => topic === title)
                  .map((challenge) => this.#item(challenge))}
              </ul>
            </section>`,
        )}
      </div>`;
  }

  #item(challenge: Challenge): TemplateResult {
    const mended = entryOf(challenge.id).solved !== null;
    const open = () =>
      this.dispatchEvent(
        new CustomEvent<OpenDetail>("open-challenge", { detail: { challenge }, bubbles: true }),
      );
    return html`<li class=${mended ? "mended" : ""}>
      <button @click=${open} aria-current=${this.current === challenge.id ? "true" : "false"}>
        <span class="sign" aria-hidden="true">${mended ? "✓" : "○"}</span>
        <b>${challenge.title}</b>
        <span class="difficulty"
          >${challenge.difficulty}${
            mended ? html`<span class="spoken">, mended</span>` : nothing
          }</span
        >
      </button>
    </li>`;
  }
}

defineElement("step-lab-challenge-list", ChallengeList);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-challenge-list": ChallengeList;
  }
}
