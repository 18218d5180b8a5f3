// SPDX-License-Identifier: MIT
/** `<step-lab-loop-editor>`: the training loop as lines of PyTorch that can be switched off, moved and added. */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { baseStyles } from "../components/base-styles.js";
import { defineElement } from "../components/define-element.js";
import { parseNumber } from "../components/numbers.js";
import type { Experiment } from "../experiment/experiment.generated.js";
import {
  lineKinds,
  nameOf,
  newLine,
  pythonOf,
  type LineKind,
  type LoopLine,
} from "../state/loop-lines.js";
import { loopEditorStyles } from "./loop-editor-styles.js";

/** Detail of `loop-change`. */
export interface LoopDetail {
  readonly lines: readonly LoopLine[];
  /** What was done, for screen readers. */
  readonly said: string;
}

/** The schema's limit. */
const most = 32;

export class LoopEditor extends LitElement {
  static override styles = [baseStyles, loopEditorStyles];

  @property({ attribute: false }) lines: readonly LoopLine[] = [];
  @property({ attribute: false }) problem: Experiment["problem"]["kind"] = "surface";
  /** The line that ran last, or -1. */
  @property({ type: Number }) ran = -1;
  /** The line that runs next, or -1. */
  @property({ type: Number }) next = -1;
  /** The line that raised an error, or -1. */
  @property({ type: Number }) fault = -1;

  @state() private opened = -1;
  @state() private dragged = -1;
  @state() private target = -1;

  override render(): TemplateResult {
    const header =
      this.problem === "task" ? "for batch, target in loader:" : "for step in range(steps):";
    return html`
      <div class="for">${header}</div>
      <ol aria-label="Lines of the loop" @keydown=${this.#key}>
        ${repeat(
          this.lines,
          (_, index) => index,
          (line, index) => this.#line(line, index),
        )}
      </ol>
      <div class="add">
        <select aria-label="Add a line" @change=${this.#add} ?disabled=${this.lines.length >= most}>
          <option value="" selected>+ Add a line</option>
          ${lineKinds.map(
            (kind) => html`<option value=${kind}>${pythonOf(newLine(kind), this.problem)}</option>`,
          )}
        </select>
      </div>
    `;
  }

  #line(line: LoopLine, index: number): TemplateResult {
    const code = pythonOf(line, this.problem);
    const classes = [
      line.enabled ? "" : "off",
      index === this.ran ? "ran" : "",
      index === this.fault ? "fault" : "",
      index === this.target && this.dragged >= 0 ? "target" : "",
    ];
    return html`<li
      class=${classes.join(" ")}
      data-index=${index}
      aria-current=${index === this.ran ? "step" : "false"}
    >
      <div class="row">
        <span
          class="grip"
          aria-hidden="true"
          title="Drag to move"
          @pointerdown=${(event: PointerEvent) => this.#grab(event, index)}
          @pointermove=${this.#drag}
          @pointerup=${this.#drop}
          @pointercancel=${this.#drop}
          >⠿</span
        >
        <input
          type="checkbox"
          class="switch"
          aria-label="Run ${code}"
          title=${line.enabled ? "Switch this line off" : "Switch this line on"}
          .checked=${line.enabled}
          @change=${() => this.#change(index, { enabled: !line.enabled })}
        />
        <button
          class="code"
          aria-expanded=${index === this.opened}
          title="Options of this line"
          @click=${() => (this.opened = index === this.opened ? -1 : index)}
        >
          ${code}
        </button>
        <span class="tag">${this.#tag(line, index)}</span>
      </div>
      ${index === this.opened ? this.#details(line, index) : nothing}
    </li>`;
  }

  #tag(line: LoopLine, index: number): string {
    if (index === this.fault) return "raised";
    const every = line.every > 1 ? `every ${line.every}` : "";
    if (!line.enabled) return "off";
    if (index === this.ran) return every === "" ? "just ran" : `${every} · just ran`;
    if (index === this.next) return every === "" ? "next" : `${every} · next`;
    return every;
  }

  #details(line: LoopLine, index: number): TemplateResult {
    const code = pythonOf(line, this.problem);
    const last = this.lines.length - 1;
    return html`<div class="details">
      <button
        aria-label="Move ${code} up"
        ?disabled=${index === 0}
        @click=${() => this.#move(index, -1)}
      >
        ↑
      </button>
      <button
        aria-label="Move ${code} down"
        ?disabled=${index === last}
        @click=${() => this.#move(index, 1)}
      >
        ↓
      </button>
      <button
        aria-label="Remove ${code}"
        ?disabled=${last === 0}
        @click=${() => this.#remove(index)}
      >
        Remove
      </button>
      <label
        >every
        <input
          type="text"
          inputmode="numeric"
          aria-label="Run ${code} every so many iterations"
          .value=${String(line.every)}
          @change=${(event: Event) => this.#typed(event, index, "every")}
        />
      </label>
      ${
        line.kind === "clip_grad_norm" || line.kind === "clip_grad_value"
          ? html`<label
              >${line.kind === "clip_grad_norm" ? "max_norm" : "clip_value"}
              <input
                type="text"
                inputmode="decimal"
                .value=${String(line.limit)}
                @change=${(event: Event) => this.#typed(event, index, "limit")}
              />
            </label>`
          : nothing
      }
      ${
        line.kind === "zero_grad"
          ? html`<label
              ><input
                type="checkbox"
                .checked=${line.setToNone}
                @change=${() => this.#change(index, { setToNone: !line.setToNone })}
              />set_to_none</label
            >`
          : nothing
      }
      ${
        line.kind === "backward"
          ? html`<label
              ><input
                type="checkbox"
                .checked=${line.retainGraph}
                @change=${() => this.#change(index, { retainGraph: !line.retainGraph })}
              />retain_graph</label
            >`
          : nothing
      }
    </div>`;
  }

  #typed(event: Event, index: number, field: "every" | "limit"): void {
    const input = event.target as HTMLInputElement;
    const value = parseNumber(input.value);
    const good = value !== null && (field === "limit" ? value >= 0 : value >= 1);
    input.setAttribute("aria-invalid", String(!good));
    if (good) this.#change(index, { [field]: field === "every" ? Math.round(value) : value });
  }

  #change(index: number, change: Partial<LoopLine>): void {
    const line = { ...this.lines[index]!, ...change };
    const what =
      change.enabled === undefined ? "changed" : change.enabled ? "switched on" : "switched off";
    this.#tell(
      this.lines.map((old, k) => (k === index ? line : old)),
      `${nameOf(line.kind)} ${what}`,
    );
  }

  #move(index: number, by: -1 | 1): void {
    const target = index + by;
    const line = this.lines[index];
    if (line === undefined || target < 0 || target >= this.lines.length) return;
    this.#place(index, target);
    void this.updateComplete.then(() => this.#focus(target));
  }

  #place(from: number, to: number): void {
    const lines = [...this.lines];
    const [line] = lines.splice(from, 1);
    if (line === undefined) return;
    lines.splice(to, 0, line);
    if (this.opened === from) this.opened = to;
    this.#tell(lines, `${nameOf(line.kind)} moved to line ${to + 1} of ${lines.length}`);
  }

  #remove(index: number): void {
    const line = this.lines[index]!;
    this.opened = -1;
    this.#tell(
      this.lines.filter((_, k) => k !== index),
      `${nameOf(line.kind)} removed`,
    );
    void this.updateComplete.then(() => this.#focus(Math.min(index, this.lines.length - 1)));
  }

  #add(event: Event): void {
    const select = event.target as HTMLSelectElement;
    const kind = lineKinds.find((candidate): candidate is LineKind => candidate === select.value);
    select.value = "";
    if (kind === undefined) return;
    this.#tell([...this.lines, newLine(kind)], `${nameOf(kind)} added at the end`);
  }

  #tell(lines: readonly LoopLine[], said: string): void {
    this.lines = lines;
    const detail: LoopDetail = { lines, said };
    this.dispatchEvent(new CustomEvent("loop-change", { detail, bubbles: true, composed: true }));
  }

  #key(event: KeyboardEvent): void {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    const row = (event.target as Element).closest<HTMLElement>("li");
    if (row === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.#move(Number(row.dataset["index"]), event.key === "ArrowUp" ? -1 : 1);
  }

  #focus(index: number): void {
    this.renderRoot.querySelector<HTMLElement>(`li[data-index="${index}"] .code`)?.focus();
  }

  #grab(event: PointerEvent, index: number): void {
    if (event.button !== 0) return;
    event.preventDefault();
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.dragged = index;
    this.target = index;
  }

  #drag(event: PointerEvent): void {
    if (this.dragged < 0) return;
    const rows = [...this.renderRoot.querySelectorAll<HTMLElement>("li")];
    const below = rows.findIndex((row) => {
      const box = row.getBoundingClientRect();
      return event.clientY < box.top + box.height / 2;
    });
    this.target = below < 0 ? rows.length : below;
  }

  #drop(event: PointerEvent): void {
    const { dragged, target } = this;
    this.dragged = -1;
    this.target = -1;
    if (dragged < 0 || event.type !== "pointerup") return;
    const to = target > dragged ? target - 1 : target;
    if (to !== dragged) this.#place(dragged, to);
  }
}

defineElement("step-lab-loop-editor", LoopEditor);
