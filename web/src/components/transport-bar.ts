// SPDX-License-Identifier: MIT
/** `<step-lab-transport-bar>`: through time and back. It only asks; whoever owns the session moves it. */

import { css, html, LitElement, nothing, svg, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";

import { baseStyles } from "./base-styles.js";
import { defineElement } from "./define-element.js";
import { formatCount, parseNumber } from "./numbers.js";

/** What a reader may ask for, one event each, without detail. */
export type TransportEvent =
  | "play"
  | "pause"
  | "back-instruction"
  | "forward-instruction"
  | "back-iteration"
  | "forward-iteration";

/** Detail of `seek`. */
export interface StepDetail {
  readonly step: number;
}

/** Detail of `speed-change`. */
export interface SpeedDetail {
  readonly speed: string;
}

/** One entry of the speed list. */
export interface Speed {
  readonly value: string;
  readonly label: string;
}

const kIcons = {
  play: svg`<path d="M4 2.5v11l9-5.5z" fill="currentColor" stroke="none" />`,
  pause: svg`<path d="M5 3v10M11 3v10" stroke-width="2.4" />`,
  back: svg`<path d="M10 3.5 5.5 8l4.5 4.5" />`,
  forward: svg`<path d="M6 3.5 10.5 8 6 12.5" />`,
  backTwice: svg`<path d="M8 3.5 3.5 8 8 12.5M13 3.5 8.5 8l4.5 4.5" />`,
  forwardTwice: svg`<path d="M3 3.5 7.5 8 3 12.5M8 3.5 12.5 8 8 12.5" />`,
} as const;

export class TransportBar extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        container-type: inline-size;
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--step-lab-space-2) var(--step-lab-space-4);
      }
      .buttons {
        display: flex;
        gap: var(--step-lab-space-1);
      }
      svg {
        width: 16px;
        height: 16px;
        fill: none;
        stroke: currentColor;
        stroke-width: 1.8;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      button {
        min-height: 36px;
        min-width: 40px;
      }
      .primary {
        min-width: 94px;
      }
      .scrub {
        flex: 1 1 180px;
        min-width: 120px;
        height: 32px;
        margin: 0;
        cursor: pointer;
      }
      .where {
        display: flex;
        align-items: baseline;
        gap: 6px;
        font-size: var(--step-lab-text-small);
        color: var(--step-lab-soft);
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      .where input[type="text"] {
        width: 72px;
        text-align: right;
        font: 14px var(--step-lab-mono);
        color: var(--step-lab-ink);
      }
      .speed {
        display: flex;
        align-items: baseline;
        gap: 6px;
        font-size: var(--step-lab-text-small);
        color: var(--step-lab-soft);
      }
      @container (max-width: 760px) {
        .optional {
          display: none;
        }
        .primary {
          min-width: 48px;
        }
        .bar {
          gap: var(--step-lab-space-2);
        }
        button {
          min-height: 44px;
          min-width: 44px;
          padding: 5px 8px;
        }
        .scrub {
          order: 3;
          flex-basis: 100%;
        }
        .where {
          margin-left: auto;
        }
      }
      /* Two rows: the buttons beside the speed, the scrubber beside the place. */
      @container (max-width: 480px) {
        button,
        .primary {
          min-width: 36px;
        }
        .speed {
          order: 2;
          flex: 1 1 64px;
          min-width: 0;
        }
        select {
          width: 100%;
          min-height: 44px;
          font-size: 13px;
        }
        .scrub {
          flex: 1 1 calc(100% - 200px);
          min-width: 60px;
        }
        .where {
          order: 4;
        }
        .where input[type="text"] {
          width: 56px;
        }
      }
    `,
  ];

  @property({ type: Boolean }) playing = false;
  /** The iteration at hand. */
  @property({ type: Number }) iteration = 0;
  /** The loop line that would run next, and how many there are; 0 leaves lines out. */
  @property({ type: Number }) instruction = 0;
  @property({ type: Number }) instructions = 0;
  /** How far the session has been, and how far it goes. */
  @property({ type: Number }) furthest = 0;
  @property({ type: Number }) steps = 0;
  /** Nothing lies ahead: the last step is reached or every run has ended. */
  @property({ type: Boolean }) finished = false;
  @property({ type: Boolean }) disabled = false;
  @property({ attribute: false }) speeds: readonly Speed[] = [];
  @property() speed = "";

  override render(): TemplateResult {
    const atStart = this.iteration === 0 && this.instruction === 0;
    const lines = this.instructions > 0;
    return html`
      <div class="bar" role="group" aria-label="Transport">
        <div class="buttons">
          ${this.#button("back-iteration", "Back one iteration", "", kIcons.backTwice, atStart)}
          ${lines ? this.#button("back-instruction", "Back one line", "line", kIcons.back, atStart, true) : nothing}
          ${this.#playButton()}
          ${lines ? this.#button("forward-instruction", "Run one line", "line", kIcons.forward, this.finished) : nothing}
          ${this.#button("forward-iteration", "Run one iteration", lines ? "iteration" : "step", kIcons.forwardTwice, this.finished)}
        </div>
        <input
          class="scrub"
          type="range"
          min="0"
          max=${Math.max(1, this.furthest)}
          step="1"
          .value=${String(this.iteration)}
          ?disabled=${this.disabled || this.furthest === 0}
          aria-label="Step"
          aria-valuetext="iteration ${this.iteration} of ${this.steps}, reached ${this.furthest}"
          @input=${this.#scrub}
        />
        <label class="where">
          <span class="optional">iteration</span>
          <input
            type="text"
            inputmode="numeric"
            autocomplete="off"
            aria-label="Go to iteration"
            .value=${String(this.iteration)}
            ?disabled=${this.disabled}
            @input=${(event: Event) => event.stopPropagation()}
            @change=${this.#type}
          />
          <span
            >of
            ${formatCount(this.steps)}${lines ? html`<span class="optional">, line ${this.instruction + 1} of ${this.instructions}</span>` : nothing}</span
          >
        </label>
        ${this.speeds.length > 0 ? this.#speedList() : nothing}
      </div>
    `;
  }

  #playButton(): TemplateResult {
    const asks = this.playing ? "pause" : "play";
    return html`<button
      class="primary"
      aria-label=${this.playing ? "Pause" : "Play"}
      ?disabled=${this.disabled || (this.finished && !this.playing)}
      @click=${() => this.#ask(asks)}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">${kIcons[asks]}</svg>
      <span class="optional">${this.playing ? "Pause" : "Play"}</span>
    </button>`;
  }

  #button(
    type: TransportEvent,
    name: string,
    text: string,
    icon: TemplateResult | ReturnType<typeof svg>,
    unavailable: boolean,
    iconFirst = type.startsWith("back"),
  ): TemplateResult {
    const picture = html`<svg viewBox="0 0 16 16" aria-hidden="true">${icon}</svg>`;
    const caption = text ? html`<span class="optional">${text}</span>` : nothing;
    return html`<button
      aria-label=${name}
      title=${name}
      ?disabled=${this.disabled || unavailable}
      @click=${() => this.#ask(type)}
    >
      ${iconFirst ? [picture, caption] : [caption, picture]}
    </button>`;
  }

  #speedList(): TemplateResult {
    return html`<label class="speed">
      <span class="optional">speed</span>
      <select aria-label="Speed" ?disabled=${this.disabled} @change=${this.#changeSpeed}>
        ${this.speeds.map(
          ({ value, label }) =>
            html`<option value=${value} ?selected=${value === this.speed}>${label}</option>`,
        )}
      </select>
    </label>`;
  }

  #ask(type: TransportEvent): void {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true }));
  }

  #scrub(event: Event): void {
    event.stopPropagation();
    this.#seek(Number((event.target as HTMLInputElement).value));
  }

  #type(event: Event): void {
    event.stopPropagation();
    const field = event.target as HTMLInputElement;
    const typed = parseNumber(field.value);
    if (typed === null) field.value = String(this.iteration);
    else this.#seek(Math.min(this.steps, Math.max(0, Math.round(typed))));
  }

  #seek(step: number): void {
    const detail: StepDetail = { step };
    this.dispatchEvent(new CustomEvent("seek", { detail, bubbles: true, composed: true }));
  }

  #changeSpeed(event: Event): void {
    event.stopPropagation();
    const detail: SpeedDetail = { speed: (event.target as HTMLSelectElement).value };
    this.dispatchEvent(new CustomEvent("speed-change", { detail, bubbles: true, composed: true }));
  }
}

defineElement("step-lab-transport-bar", TransportBar);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-transport-bar": TransportBar;
  }
}
