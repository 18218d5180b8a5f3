// SPDX-License-Identifier: MIT
/** `<step-lab-hyper-control>`: one hyper-parameter, made from what the registry says of it. */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";

import type { HyperParameterInfo, HyperValue } from "../engine/types.js";
import { baseStyles } from "./base-styles.js";
import { defineElement } from "./define-element.js";
import { hyperControlStyles } from "./hyper-control-styles.js";
import { editableNumber, formatNumber, parseNumber } from "./numbers.js";
import { fromPosition, toPosition } from "./slider-scale.js";

/** Detail of `input` (while a slider moves) and `change`. */
export interface HyperDetail {
  readonly name: string;
  readonly value: HyperValue;
}

const kSliderSteps = 1000;

export class HyperControl extends LitElement {
  static override styles = [baseStyles, hyperControlStyles];

  @property({ attribute: false }) info: HyperParameterInfo | null = null;
  /** The present value; undefined stands for the default. */
  @property({ attribute: false }) value: HyperValue | undefined = undefined;
  @property({ type: Boolean }) disabled = false;
  /** Keeps the line of documentation for screen readers only. */
  @property({ type: Boolean }) compact = false;

  /** What is wrong with what was typed. */
  @state() private complaint = "";

  override render(): TemplateResult | typeof nothing {
    const { info } = this;
    if (!info) return nothing;
    return html`
      <div class="row" role="group" aria-label=${info.name} @input=${stop} @change=${stop}>
        ${this.#editor(info)}
        ${
          this.#isDefault(info) || info.required
            ? nothing
            : html`<button
                class="quiet reset"
                ?disabled=${this.disabled}
                aria-label="Reset ${info.name} to ${describe(info.default)}"
                title="Reset to ${describe(info.default)}"
                @click=${() => this.#accept(info.default)}
              >
                <svg viewBox="0 0 16 16" aria-hidden="true">
                  <path d="M3.2 6.2A5.2 5.2 0 1 1 3 9.6M3 2.5v4h4" />
                </svg>
              </button>`
        }
        <p class="wrong" role="alert">${this.complaint}</p>
        <p id="doc" class=${this.compact ? "spoken" : ""}>${info.doc}</p>
      </div>
    `;
  }

  #editor(info: HyperParameterInfo): TemplateResult {
    const value = this.#current(info);
    if (typeof info.default === "boolean") return this.#switch(info, value === true);
    if (info.choices.length > 0) return this.#choice(info, value);
    if (isList(info, value)) return this.#text(info, value.join(", "), readList);
    if (typeof value === "string") return this.#text(info, value, (typed) => typed.trim() || null);
    if (Array.isArray(value)) return this.#tuple(info, value as readonly (number | null)[]);
    return this.#number(info, value);
  }

  #switch(info: HyperParameterInfo, on: boolean): TemplateResult {
    return html`
      <label class="name" for="switch">${info.name}</label>
      <span class="switch">
        <input
          id="switch"
          type="checkbox"
          role="switch"
          .checked=${on}
          ?disabled=${this.disabled}
          aria-describedby="doc"
          @change=${(event: Event) => this.#accept((event.target as HTMLInputElement).checked)}
        />
      </span>
    `;
  }

  #choice(info: HyperParameterInfo, value: HyperValue): TemplateResult {
    const names = info.default === null ? [null, ...info.choices] : info.choices;
    return html`
      <label class="name" for="choice">${info.name}</label>
      <select
        id="choice"
        class="choice"
        ?disabled=${this.disabled}
        aria-describedby="doc"
        @change=${(event: Event) => {
          const name = names[(event.target as HTMLSelectElement).selectedIndex];
          if (name !== undefined) this.#accept(name);
        }}
      >
        ${names.map((name) => html`<option ?selected=${name === value}>${describe(name)}</option>`)}
      </select>
    `;
  }

  /** A list of any length, or a formula: `read` gives null for what it cannot be. */
  #text(
    info: HyperParameterInfo,
    text: string,
    read: (typed: string) => HyperValue,
  ): TemplateResult {
    const typed = (event: Event) => {
      const field = event.target as HTMLInputElement;
      const value = read(field.value);
      if (value !== null) return this.#accept(value);
      this.complaint = `“${field.value}” cannot be ${info.name}. It stays ${text}.`;
      field.value = text;
    };
    return html`
      <label class="name" for="text">${info.name}</label>
      <input
        id="text"
        class="wide"
        type="text"
        autocomplete="off"
        spellcheck="false"
        aria-describedby="doc"
        aria-invalid=${this.complaint !== ""}
        .value=${text}
        ?disabled=${this.disabled}
        @change=${typed}
      />
    `;
  }

  #tuple(info: HyperParameterInfo, values: readonly (number | null)[]): TemplateResult {
    return html`
      <span class="name">${info.name}</span>
      <span class="fields pair">
        ${values.map((value, index) =>
          this.#field(info, value, `${info.name}, ${index + 1} of ${values.length}`, (typed) =>
            values.map((other, at) => (at === index ? typed : other)),
          ),
        )}
      </span>
    `;
  }

  #number(info: HyperParameterInfo, value: HyperValue): TemplateResult {
    const number = typeof value === "number" ? value : null;
    const scale = { min: info.min, max: info.max, scale: info.scale };
    const fallback = typeof info.default === "number" ? toPosition(scale, info.default) : null;
    return html`
      <span class="name" aria-hidden="true">${info.name}</span>
      <span class="track">
        <input
          type="range"
          min="0"
          max=${kSliderSteps}
          step="1"
          .value=${String(Math.round(kSliderSteps * toPosition(scale, number ?? info.min)))}
          ?disabled=${this.disabled}
          aria-label="${info.name}, slider"
          aria-valuetext=${describe(value)}
          aria-describedby="doc"
          @input=${(event: Event) => this.#slide(scale, event, "input")}
          @change=${(event: Event) => this.#slide(scale, event, "change")}
        />
        ${
          fallback === null
            ? nothing
            : html`<span
                class="default"
                .style=${`left: calc(8px + (100% - 16px) * ${fallback})`}
              ></span>`
        }
      </span>
      <span class="fields">${this.#field(info, number, info.name, (typed) => typed)}</span>
    `;
  }

  #field(
    info: HyperParameterInfo,
    value: number | null,
    label: string,
    combine: (typed: number | null) => HyperValue,
  ): TemplateResult {
    return html`<input
      type="text"
      inputmode="decimal"
      autocomplete="off"
      spellcheck="false"
      aria-label=${label}
      aria-describedby="doc"
      aria-invalid=${this.complaint !== ""}
      .value=${value === null ? "None" : editableNumber(value)}
      ?disabled=${this.disabled}
      @change=${(event: Event) => this.#type(info, event.target as HTMLInputElement, value, combine)}
    />`;
  }

  #slide(scale: Parameters<typeof fromPosition>[0], event: Event, type: "input" | "change"): void {
    event.stopPropagation();
    const position = Number((event.target as HTMLInputElement).value) / kSliderSteps;
    this.#accept(fromPosition(scale, position), type);
  }

  #type(
    info: HyperParameterInfo,
    field: HTMLInputElement,
    last: number | null,
    combine: (typed: number | null) => HyperValue,
  ): void {
    const optional = info.default === null || (last === null && Array.isArray(info.default));
    const none = optional && !info.required && /^(none)?$/i.test(field.value.trim());
    const typed = none ? null : parseNumber(field.value);
    const allowed = none || (typed !== null && typed >= info.min && typed <= info.max);
    if (allowed) {
      this.#accept(combine(typed));
      return;
    }
    this.complaint = `“${field.value}” is not ${allowedText(info)}. ${info.name} stays ${describe(last)}.`;
    field.value = last === null ? "None" : editableNumber(last);
  }

  #accept(value: HyperValue, type: "input" | "change" = "change"): void {
    if (!this.info) return;
    this.complaint = "";
    this.value = value;
    const detail: HyperDetail = { name: this.info.name, value };
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  #current(info: HyperParameterInfo): HyperValue {
    return this.value === undefined ? info.default : this.value;
  }

  #isDefault(info: HyperParameterInfo): boolean {
    return JSON.stringify(this.#current(info)) === JSON.stringify(info.default);
  }
}

/** Numbers of which there may be any: PyTorch has no default for those. */
function isList(info: HyperParameterInfo, value: HyperValue): value is readonly number[] {
  return Array.isArray(value) && !Array.isArray(info.default);
}

function readList(typed: string): readonly number[] | null {
  const parts = typed.replace(/^\s*\[|\]\s*$/g, "").split(/[,;\s]+/);
  const numbers = parts.filter(Boolean).map(parseNumber);
  return numbers.length > 0 && numbers.every((number) => number !== null) ? numbers : null;
}

/** The fields' own events end here: what leaves the element is a `HyperDetail`. */
function stop(event: Event): void {
  if (!(event instanceof CustomEvent)) event.stopPropagation();
}

function describe(value: HyperValue): string {
  if (value === null) return "None";
  if (typeof value === "number") return formatNumber(value, 6);
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "string" ? value : value.map(describe).join(", ");
}

function allowedText({ min, max, default: fallback, required }: HyperParameterInfo): string {
  const unbounded = 1e30;
  const range =
    max >= unbounded
      ? min <= -unbounded
        ? "a number"
        : `a number of at least ${formatNumber(min)}`
      : `a number between ${formatNumber(min)} and ${formatNumber(max)}`;
  return fallback === null && !required ? `${range} or None` : range;
}

defineElement("step-lab-hyper-control", HyperControl);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-hyper-control": HyperControl;
  }
}
