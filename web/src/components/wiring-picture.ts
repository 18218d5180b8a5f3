// SPDX-License-Identifier: MIT
/**
 * `<step-lab-wiring-picture>`: which group of the optimizer has which parameter. Owned, frozen, orphaned and
 * stale differ in line, in sign and in words; the same stands in a table.
 */

import {
  css,
  html,
  LitElement,
  nothing,
  svg,
  type SVGTemplateResult,
  type TemplateResult,
} from "lit";
import { property } from "lit/decorators.js";
import type { Ownership } from "../state/ownership.js";
import { baseStyles } from "./base-styles.js";
import { defineElement } from "./define-element.js";
import { formatNumber } from "./numbers.js";

export interface WiredParameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly group: number | null;
  readonly ownership: Ownership;
}

const width = 400;
const pitch = 27;
const groupWidth = 104;
const groupHeight = 40;
const left = 4;
const wireEnd = 226;

const labels: Readonly<Record<Ownership, string>> = {
  owned: "",
  frozen: "frozen",
  orphaned: "no optimizer",
  stale: "left the model",
};

const meanings: Readonly<Record<Ownership, string>> = {
  owned: "the optimizer updates it",
  frozen: "requires_grad is False: backward gives it no gradient",
  orphaned: "no group has it: nothing moves it",
  stale: "the group still has it, the model does not",
};

export class WiringPicture extends LitElement {
  static override styles = [
    baseStyles,
    css`
      svg {
        display: block;
        width: 100%;
        max-width: 440px;
        height: auto;
        overflow: visible;
      }
      .group rect {
        fill: var(--step-lab-wash);
        stroke: var(--step-lab-edge);
      }
      text {
        font: 12.5px var(--step-lab-mono);
        fill: var(--step-lab-ink);
      }
      .small {
        font: 11.5px var(--step-lab-sans);
        fill: var(--step-lab-soft);
      }
      .wire {
        fill: none;
        stroke-width: 1.8;
        stroke: var(--step-lab-accent);
      }
      .mark {
        fill: var(--step-lab-accent);
        stroke: var(--step-lab-accent);
        stroke-width: 1.8;
      }
      .frozen .wire {
        stroke: var(--step-lab-edge);
        stroke-dasharray: 7 4;
      }
      .frozen .mark {
        fill: var(--step-lab-edge);
        stroke: var(--step-lab-edge);
      }
      .orphaned .mark {
        fill: none;
        stroke: var(--step-lab-bad);
      }
      .orphaned .small {
        fill: var(--step-lab-bad);
      }
      .stale .wire {
        stroke: var(--step-lab-warn);
        stroke-dasharray: 1.5 4;
        stroke-linecap: round;
      }
      .stale .mark {
        stroke: var(--step-lab-warn);
      }
      .stale .small {
        fill: var(--step-lab-warn);
      }
      .stale .name {
        text-decoration: line-through;
      }
      details {
        margin-top: 8px;
      }
      table {
        width: 100%;
        margin-top: 6px;
        border-collapse: collapse;
        font-size: var(--step-lab-text-small);
      }
      th,
      td {
        padding: 5px 14px 5px 0;
        border-top: 1px solid var(--step-lab-line);
        text-align: left;
        font-weight: 400;
        vertical-align: top;
      }
      thead th {
        border: 0;
        font: 500 var(--step-lab-text-tiny) var(--step-lab-sans);
        color: var(--step-lab-soft);
      }
      tbody th {
        font: 12.5px var(--step-lab-mono);
      }
    `,
  ];

  @property({ attribute: false }) parameters: readonly WiredParameter[] = [];
  /** The learning rates of the groups. */
  @property({ attribute: false }) lr: readonly number[] = [];
  @property() optimizer = "";

  override render(): TemplateResult {
    const height = Math.max(this.parameters.length * pitch, this.lr.length * (groupHeight + 10));
    return html`<svg viewBox="0 0 ${width} ${height + 4}" role="img" aria-label=${this.#summary()}>
        ${this.parameters.map((parameter, index) => this.#parameter(parameter, index, height))}
        ${this.lr.map((lr, group) => this.#group(group, lr, height))}
      </svg>
      <details>
        <summary>The same as a table</summary>
        ${this.#table()}
      </details>`;
  }

  #summary(): string {
    const parts = this.lr.map((_, group) => {
      const names = this.parameters.filter((each) => each.group === group).map(({ name }) => name);
      return `Group ${group} of ${this.optimizer} has ${names.length === 0 ? "nothing" : names.join(", ")}.`;
    });
    const others = this.parameters
      .filter(({ ownership }) => ownership !== "owned")
      .map(({ name, ownership }) => `${name}: ${labels[ownership]}.`);
    return [...parts, ...others].join(" ");
  }

  /** The middle of a group: beside its own parameters, as far as groups leave each other room. */
  #groupY(group: number, height: number): number {
    const rows = this.parameters.flatMap((each, index) => (each.group === group ? [index] : []));
    const slot = height / this.lr.length;
    const wish =
      rows.length === 0 ? slot * (group + 0.5) : ((rows[0]! + rows.at(-1)!) / 2 + 0.5) * pitch;
    return (
      Math.max(
        slot * group + groupHeight / 2,
        Math.min(slot * (group + 1) - groupHeight / 2, wish),
      ) + 2
    );
  }

  #group(group: number, lr: number, height: number): SVGTemplateResult {
    const y = this.#groupY(group, height);
    return svg`<g class="group">
      <rect x=${left} y=${y - groupHeight / 2} width=${groupWidth} height=${groupHeight} rx="7" />
      <text x=${left + 10} y=${y - 3}>group ${group}</text>
      <text class="small" x=${left + 10} y=${y + 13}>lr ${formatNumber(lr, 3)}</text>
    </g>`;
  }

  #parameter(
    { name, shape, group, ownership }: WiredParameter,
    index: number,
    height: number,
  ): SVGTemplateResult {
    const y = (index + 0.5) * pitch + 2;
    const from = group === null ? null : this.#groupY(group, height);
    const start = left + groupWidth;
    const bend = (start + wireEnd) / 2;
    const size = shape.length === 0 ? "" : ` ${shape.join("×")}`;
    return svg`<g class=${ownership}>
      ${
        from === null
          ? nothing
          : svg`<path class="wire" d="M${start} ${from}C${bend} ${from} ${bend} ${y} ${wireEnd} ${y}" />`
      }
      <path class="mark" d=${marks[ownership](wireEnd, y)} />
      <text class="name" x=${wireEnd + 12} y=${y + 4}>${name}</text>
      <text class="small" x=${width - 2} y=${y + 4} text-anchor="end">${labels[ownership] || size}</text>
    </g>`;
  }

  #table(): TemplateResult {
    return html`<table>
      <thead>
        <tr>
          <th scope="col">parameter</th>
          <th scope="col">group</th>
          <th scope="col">what that means</th>
        </tr>
      </thead>
      <tbody>
        ${this.parameters.map(
          ({ name, group, ownership }) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${group ?? "none"}</td>
              <td>${ownership}: ${meanings[ownership]}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }
}

/** A disc, a square, a ring, a cross. */
const marks: Readonly<Record<Ownership, (x: number, y: number) => string>> = {
  owned: (x, y) => `M${x - 4} ${y}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z`,
  frozen: (x, y) => `M${x - 4} ${y - 4}h8v8h-8z`,
  orphaned: (x, y) => `M${x - 4} ${y}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z`,
  stale: (x, y) => `M${x - 4} ${y - 4}l8 8M${x - 4} ${y + 4}l8 -8`,
};

defineElement("step-lab-wiring-picture", WiringPicture);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-wiring-picture": WiringPicture;
  }
}
