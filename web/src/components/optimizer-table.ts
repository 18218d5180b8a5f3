// SPDX-License-Identifier: MIT
/** `<step-lab-optimizer-table>`: every optimizer in one table that can be sorted. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import type { OptimizerInfo } from "../engine/types.js";
import { baseStyles } from "./base-styles.js";
import { defineElement } from "./define-element.js";
import { hyperText } from "./hyper-text.js";

interface Column {
  readonly title: string;
  readonly read: (info: OptimizerInfo) => TemplateResult | string;
  /** What the column is sorted by; none where an order would say nothing. */
  readonly key?: (info: OptimizerInfo) => string;
}

const columns: readonly Column[] = [
  { title: "family", read: ({ family }) => family, key: ({ family }) => family },
  {
    title: "hyper-parameters",
    read: ({ hyper_parameters }) =>
      html`${hyper_parameters
        .filter(({ internal }) => !internal)
        .map(
          ({ name, default: value }) =>
            html`<span class="pair">${name}=${hyperText(value)}</span> `,
        )}`,
  },
  {
    title: "state",
    read: ({ state }) => html`${state.map(({ name }) => html`<span class="pair">${name}</span> `)}`,
  },
  {
    title: "checked against",
    read: ({ agreement, checked_against }) =>
      checked_against === "" ? "" : `${checked_against}: ${agreement}`,
    key: ({ checked_against }) => checked_against,
  },
];

const byName = ({ name }: OptimizerInfo) => name.toLowerCase();

export class OptimizerTable extends LitElement {
  static override styles = [
    baseStyles,
    css`
      div {
        height: 100%;
        overflow: auto;
        scrollbar-width: thin;
      }
      table {
        width: 100%;
        border-collapse: separate;
        border-spacing: 0;
        font-size: 13px;
      }
      th,
      td {
        padding: 8px 18px 8px 0;
        border-bottom: 1px solid var(--step-lab-line);
        text-align: left;
        vertical-align: top;
        line-height: 1.45;
      }
      thead th {
        position: sticky;
        top: 0;
        padding-block: 2px;
        background: var(--step-lab-paper);
        font-weight: 600;
        color: var(--step-lab-soft);
        vertical-align: middle;
        white-space: nowrap;
      }
      thead button {
        margin-left: -8px;
        padding: 4px 8px;
        border: 0;
        font-size: 13px;
        font-weight: 600;
      }
      tbody th button {
        min-height: 24px;
        margin: -3px 0 0 -8px;
        padding: 3px 8px;
        border: 0;
        font: 600 15px/1.3 var(--step-lab-serif);
      }
      td:nth-of-type(1) {
        min-width: 110px;
        color: var(--step-lab-soft);
      }
      td:nth-of-type(4) {
        min-width: 150px;
      }
      .pair {
        font: 12.5px/1.6 var(--step-lab-mono);
        white-space: nowrap;
        margin-right: 8px;
      }
    `,
  ];

  @property({ attribute: false }) optimizers: readonly OptimizerInfo[] = [];
  @property() value = "";

  /** The column that it is sorted by; the registry's own order at first. */
  @state() private sorted: string | null = null;
  @state() private downwards = false;

  override render(): TemplateResult {
    return html`<div role="region" aria-label="All optimizers, a table that scrolls" tabindex="0">
      <table>
        <caption class="spoken">
          Every optimizer with its hyper-parameters, its state, and what its numbers were checked
          against
        </caption>
        <thead>
          <tr>
            ${this.#head("name", byName)} ${columns.map(({ title, key }) => this.#head(title, key))}
          </tr>
        </thead>
        <tbody>
          ${repeat(
            this.#rows(),
            ({ name }) => name,
            (info) =>
              html`<tr>
                <th scope="row">
                  <button
                    aria-label=${info.name === this.value ? `${info.name}, chosen` : info.name}
                    title="Choose ${info.name}"
                    @click=${() => this.#pick(info.name)}
                  >
                    ${info.name}${info.name === this.value ? " ✓" : nothing}
                  </button>
                </th>
                ${columns.map(({ read }) => html`<td>${read(info)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #head(title: string, key: Column["key"]): TemplateResult {
    if (key === undefined) return html`<th scope="col">${title}</th>`;
    const sorted = this.sorted === title;
    const order = sorted ? (this.downwards ? "descending" : "ascending") : "none";
    return html`<th scope="col" aria-sort=${order}>
      <button
        class="quiet"
        @click=${() => {
          this.downwards = sorted && !this.downwards;
          this.sorted = title;
        }}
      >
        ${title} <span aria-hidden="true">${sorted ? (this.downwards ? "↓" : "↑") : "↕"}</span>
      </button>
    </th>`;
  }

  #rows(): readonly OptimizerInfo[] {
    if (this.sorted === null) return this.optimizers;
    const key = columns.find(({ title }) => title === this.sorted)?.key ?? byName;
    const rows = [...this.optimizers].sort((a, b) => key(a).localeCompare(key(b)));
    return this.downwards ? rows.reverse() : rows;
  }

  #pick(name: string): void {
    this.dispatchEvent(new CustomEvent("pick", { detail: { name } }));
  }
}

defineElement("step-lab-optimizer-table", OptimizerTable);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-optimizer-table": OptimizerTable;
  }
}
