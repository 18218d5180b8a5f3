// SPDX-License-Identifier: MIT
/** `<step-lab-parameter-table>`: what every parameter holds at this moment: value, gradient, state, last update. */

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";

import type { ParameterFrame } from "../engine/types.js";
import { baseStyles } from "./base-styles.js";
import { defineElement } from "./define-element.js";
import { columnFormat, formatIn, formatNumber, type NumberFormat } from "./numbers.js";
import { changed, columnsOf, norm, type Cell, type Column } from "./parameter-columns.js";
import { ownershipsOf, type Ownership } from "../state/ownership.js";
import { histogramPath } from "./histogram.js";

const kFirstValues = 12;

export class ParameterTable extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        overflow-x: auto;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        font: var(--step-lab-text-small) / 1.25 var(--step-lab-mono);
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      thead th {
        padding: 0 0 var(--step-lab-space-2) var(--step-lab-space-4);
        font: 500 var(--step-lab-text-tiny) var(--step-lab-sans);
        color: var(--step-lab-soft);
        text-align: right;
        vertical-align: bottom;
        white-space: normal;
      }
      tbody th,
      td {
        padding: 6px 0 6px var(--step-lab-space-4);
        border-top: 1px solid var(--step-lab-line);
        text-align: right;
        font-weight: 400;
      }
      thead th:first-child,
      tbody th {
        padding-left: 0;
        text-align: left;
      }
      tbody th small {
        display: block;
        font: var(--step-lab-text-tiny) / 1.2 var(--step-lab-sans);
        color: var(--step-lab-soft);
      }
      .none {
        color: var(--step-lab-faint);
        font-style: italic;
      }
      .changed > span {
        border-radius: 3px;
        color: var(--step-lab-warn);
        font-weight: 600;
        box-shadow: 0 0 0 3px transparent;
      }
      .odd > span {
        animation: odd 900ms ease-out;
      }
      .even > span {
        animation: even 900ms ease-out;
      }
      /* Two names for one flash: changing the name starts it again. */
      @keyframes odd {
        from {
          background: var(--step-lab-lit);
          box-shadow: 0 0 0 3px var(--step-lab-lit);
        }
      }
      @keyframes even {
        from {
          background: var(--step-lab-lit);
          box-shadow: 0 0 0 3px var(--step-lab-lit);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .changed > span {
          animation: none;
          text-decoration: underline;
          text-decoration-thickness: 1px;
          text-underline-offset: 3px;
        }
      }
      svg {
        width: 36px;
        height: 14px;
        margin-right: 8px;
        vertical-align: -2px;
        fill: var(--step-lab-edge);
      }
      .open {
        min-height: 24px;
        min-width: 0;
        padding: 0;
        border: 0;
        font: inherit;
      }
      .open:hover:not(:disabled) {
        background: none;
        text-decoration: underline;
        text-underline-offset: 3px;
      }
      .open::before {
        content: "▸";
        font-size: 10px;
        color: var(--step-lab-soft);
      }
      .open[aria-expanded="true"]::before {
        content: "▾";
      }
      .values td {
        padding-top: 0;
        border-top: 0;
        vertical-align: top;
        color: var(--step-lab-soft);
      }
      .values ol {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .values th {
        border-top: 0;
        vertical-align: top;
        padding-top: 0;
        font: var(--step-lab-text-tiny) var(--step-lab-sans);
        color: var(--step-lab-soft);
      }
      .empty {
        margin: 0;
        font-size: var(--step-lab-text-small);
        color: var(--step-lab-soft);
      }
    `,
  ];

  @property({ attribute: false }) parameters: readonly ParameterFrame[] = [];
  /** What changes since the table's last parameters are compared with; by default what it showed before. */
  @property({ attribute: false }) previous: readonly ParameterFrame[] | null = null;
  /** Leaves changes unmarked, for when everything changes many times a second. */
  @property({ type: Boolean }) calm = false;
  @property() caption = "Parameters";

  @state() private opened: ReadonlySet<string> = new Set();

  #before: readonly ParameterFrame[] | null = null;
  #odd = false;

  override willUpdate(changes: PropertyValues<this>): void {
    if (!changes.has("parameters")) return;
    this.#before = this.previous ?? changes.get("parameters") ?? null;
    this.#odd = !this.#odd;
  }

  override render(): TemplateResult {
    if (this.parameters.length === 0) return html`<p class="empty">No parameters yet.</p>`;
    const columns = columnsOf(this.parameters);
    const formats = columns.map((column) => this.#format(column));
    const ownerships = ownershipsOf(this.parameters);
    return html`
      <table>
        <caption class="spoken">
          ${this.caption}
        </caption>
        <thead>
          <tr>
            <th scope="col">name</th>
            ${columns.map(({ title }) => html`<th scope="col">${breakable(title)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${this.parameters.map((parameter, index) =>
            this.#row(parameter, ownerships[index]!, columns, formats),
          )}
        </tbody>
      </table>
    `;
  }

  #row(
    parameter: ParameterFrame,
    ownership: Ownership,
    columns: readonly Column[],
    formats: readonly NumberFormat[],
  ): TemplateResult {
    const before = this.#before?.find(({ name }) => name === parameter.name);
    const open = this.opened.has(parameter.name);
    return html`
      <tr>
        <th scope="row">${this.#name(parameter, ownership, open)}</th>
        ${columns.map((column, index) => {
          const cell = column.read(parameter);
          const differs = !this.calm && before !== undefined && changed(column.read(before), cell);
          return this.#cell(cell, column, formats[index]!, differs);
        })}
      </tr>
      ${open ? this.#values(parameter, columns) : nothing}
    `;
  }

  #name(parameter: ParameterFrame, ownership: Ownership, open: boolean): TemplateResult {
    const notes = [
      parameter.shape.length > 0 ? parameter.shape.join(" × ") : "",
      parameter.requiresGrad ? "" : "frozen",
      ownership === "orphaned" ? "no optimizer" : "",
      ownership === "stale" ? "left the model" : "",
    ].filter((note) => note !== "");
    const small = notes.length > 0 ? html`<small>${notes.join(", ")}</small>` : nothing;
    if (parameter.value.length <= 1) return html`${parameter.name}${small}`;
    return html`<button
        class="open"
        aria-expanded=${open}
        title="First values"
        @click=${() => this.#toggle(parameter.name)}
      >
        ${parameter.name}</button
      >${small}`;
  }

  #cell(cell: Cell, column: Column, format: NumberFormat, differs: boolean): TemplateResult {
    const style = differs ? `changed ${this.#odd ? "odd" : "even"}` : "";
    if (cell === undefined) return html`<td class="none">—</td>`;
    if (cell === null) return html`<td class="none ${style}"><span>${column.absent}</span></td>`;
    if (typeof cell === "number" || cell.length === 1) {
      const value = typeof cell === "number" ? cell : cell[0]!;
      return html`<td class=${style}><span>${formatIn(format, value)}</span></td>`;
    }
    const [low, high] = bounds(cell);
    return html`<td
      class=${style}
      title="norm; values from ${formatNumber(low)} to ${formatNumber(high)}"
    >
      <svg viewBox="0 0 36 14" aria-hidden="true"><path d=${histogramPath(cell, 36, 14)} /></svg
      ><span>‖${formatIn(format, norm(cell))}‖</span>
    </td>`;
  }

  #values(parameter: ParameterFrame, columns: readonly Column[]): TemplateResult {
    const count = Math.min(kFirstValues, parameter.value.length);
    return html`
      <tr class="values">
        <th scope="row">${count === parameter.value.length ? "all" : "first"} ${count} values</th>
        ${columns.map((column) => {
          const cell = column.read(parameter);
          if (!cell || typeof cell === "number") return html`<td></td>`;
          const first = cell.subarray(0, count);
          const format = columnFormat(first);
          return html`<td>
            <ol>
              ${Array.from(first, (value) => html`<li>${formatIn(format, value)}</li>`)}
            </ol>
          </td>`;
        })}
      </tr>
    `;
  }

  /** One format for a column: of its scalars and its norms. */
  #format(column: Column): NumberFormat {
    return columnFormat(
      this.parameters.flatMap((parameter) => {
        const cell = column.read(parameter);
        if (cell === null || cell === undefined) return [];
        if (typeof cell === "number") return [cell];
        return [cell.length === 1 ? cell[0]! : norm(cell)];
      }),
    );
  }

  #toggle(name: string): void {
    const opened = new Set(this.opened);
    if (!opened.delete(name)) opened.add(name);
    this.opened = opened;
  }
}

/** Long names may break after their underscores. */
function breakable(title: string): readonly (string | TemplateResult)[] {
  return title
    .split(/(?<=_)/)
    .flatMap((part, index) => (index === 0 ? [part] : [html`<wbr />`, part]));
}

function bounds(values: Float32Array): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

defineElement("step-lab-parameter-table", ParameterTable);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-parameter-table": ParameterTable;
  }
}
