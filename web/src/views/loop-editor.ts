// SPDX-License-Identifier: MIT
/**
 * `<step-lab-loop-editor>`: the training loop as lines of PyTorch that are also blocks. They are moved by
 * pointer or by keyboard, switched off, repeated, put under a condition, and tell what they changed.
 */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { baseStyles } from "../components/base-styles.js";
import { defineElement } from "../components/define-element.js";
import "../components/menu-button.js";
import type { ChooseDetail, MenuGroup } from "../components/menu-button.js";
import type { ParameterFrame } from "../engine/types.js";
import { freshLine } from "../state/fresh-line.js";
import {
  conditionOf,
  emptyCode,
  headerOf,
  pythonOf,
  type CodeContext,
} from "../state/loop-code.js";
import { lineKinds, nameOf, type LineKind, type LoopLine } from "../state/loop-lines.js";
import { heldAfter, type HeldLine } from "./held-line.js";
import { LineDrag, moved } from "./line-drag.js";
import { lineActions } from "./line-actions.js";
import { lineFields } from "./line-fields.js";
import { lineMenu, spoken } from "./line-menu.js";
import { loopEditorStyles } from "./loop-editor-styles.js";

/** Detail of `loop-change`. */
export interface LoopDetail {
  readonly lines: readonly LoopLine[];
  /** What was done, for screen readers. */
  readonly said: string;
}

/** Detail of `loop-say`: something to hear while nothing has changed yet. */
export interface SayDetail {
  readonly text: string;
}

/** The schema's limit. */
const most = 32;

export class LoopEditor extends LitElement {
  static override styles = [baseStyles, loopEditorStyles];

  @property({ attribute: false }) lines: readonly LoopLine[] = [];
  @property({ attribute: false }) code: CodeContext = emptyCode;
  @property({ attribute: false }) parameters: readonly ParameterFrame[] = [];
  /** The iteration that a line which is done once is added for. */
  @property({ type: Number }) step = 0;
  /** What every line of the iteration at hand changed; shorter while it runs, empty when it is not known. */
  @property({ attribute: false }) words: readonly string[] = [];
  /** The line that ran last, or -1. */
  @property({ type: Number }) ran = -1;
  /** The line that runs next, or -1. */
  @property({ type: Number }) next = -1;
  /** The line that raised an error, or -1. */
  @property({ type: Number }) fault = -1;
  /** Lines that the doctor has something to say about. */
  @property({ attribute: false }) marked: ReadonlySet<number> = new Set();
  /** A loop to compare with is not to be changed. */
  @property({ type: Boolean }) fixed = false;

  @state() private opened = -1;
  @state() private held: HeldLine | null = null;
  @state() private dragged = -1;

  #drag: LineDrag | null = null;

  override render(): TemplateResult {
    const lines = this.held?.lines ?? this.lines;
    return html`
      <p id="how" class="spoken">
        Space takes the line up; then the arrow keys move it, Space puts it down and Escape puts it
        back.
      </p>
      <div class="for">${headerOf(this.code)}</div>
      <ol aria-label="Lines of the loop" @keydown=${this.#key}>
        ${repeat(
          lines,
          (_, index) => index,
          (line, index) => this.#line(line, index, lines[index - 1]),
        )}
      </ol>
      ${
        this.fixed
          ? nothing
          : html`<step-lab-menu-button
              class="add"
              label="+ Add a line"
              .groups=${this.#menu}
              ?disabled=${this.lines.length >= most}
              @choose=${({ detail }: CustomEvent<ChooseDetail>) =>
                this.#insert(detail.value, this.lines.length)}
            ></step-lab-menu-button>`
      }
    `;
  }

  #line(line: LoopLine, index: number, previous: LoopLine | undefined): TemplateResult {
    const code = pythonOf(line, this.code);
    const condition = conditionOf(line);
    const shared = previous !== undefined && conditionOf(previous) === condition;
    const held = this.held?.index === index;
    const classes = [
      line.enabled ? "" : "off",
      index === this.ran ? "ran" : "",
      index === this.fault ? "fault" : "",
      this.marked.has(index) ? "marked" : "",
      held || this.dragged === index ? "held" : "",
      condition === null ? "" : "under",
    ];
    return html`<li
      class=${classes.filter((name) => name !== "").join(" ")}
      data-index=${index}
      aria-current=${index === this.ran ? "step" : "false"}
    >
      ${condition === null || shared ? nothing : html`<div class="if">${condition}</div>`}
      <div class="block">
        <div
          class="row"
          @pointerdown=${(event: PointerEvent) => this.#press(event, index)}
          @pointermove=${this.#move}
          @pointerup=${this.#release}
          @pointercancel=${this.#release}
        >
          ${this.fixed ? html`<span></span>` : this.#grip(code, index, held)}
          <input
            type="checkbox"
            class="switch"
            aria-label="Run ${spoken(code)}"
            title=${line.enabled ? "Switch this line off" : "Switch this line on"}
            .checked=${line.enabled}
            ?disabled=${this.fixed}
            @change=${() => this.#change(index, { enabled: !line.enabled })}
          />
          <button
            class="code"
            aria-expanded=${index === this.opened}
            title="Options of this line"
            ?disabled=${this.fixed}
            @click=${() => (this.opened = index === this.opened ? -1 : index)}
          >
            <code>${code}</code>
          </button>
          <span class="words">${this.#words(line, index)}</span>
        </div>
        ${index === this.opened && !this.fixed ? this.#details(line, index, code) : nothing}
      </div>
    </li>`;
  }

  #grip(code: string, index: number, held: boolean): TemplateResult {
    return html`<button
      class="grip"
      aria-label="Move ${spoken(code)}"
      aria-pressed=${held}
      aria-describedby="how"
      title="Drag to move"
      data-grip=${index}
      @click=${(event: MouseEvent) => {
        // The keyboard's click; a pointer's is a drag that went nowhere.
        if (event.detail === 0) this.#take(index);
      }}
      @blur=${() => {
        // Who goes elsewhere has put the line down.
        if (this.held?.index === index) this.#put();
      }}
    >
      ⠿
    </button>`;
  }

  #words(line: LoopLine, index: number): TemplateResult | string {
    if (index === this.fault) return html`<em class="raised">raised</em>`;
    if (!line.enabled) return "off";
    const words = this.words[index];
    if (words !== undefined) return words;
    return index === this.next ? "next" : "";
  }

  #details(line: LoopLine, index: number, code: string): TemplateResult {
    const name = spoken(code);
    return html`<div class="details">
      <div class="fields">
        ${lineFields({
          line,
          loop: this.lines,
          code: name,
          names: this.parameters.map((parameter) => parameter.name),
          change: (change) => this.#change(index, change),
        })}
      </div>
      ${lineActions({
        name,
        index,
        count: this.lines.length,
        full: this.lines.length >= most,
        menu: this.#menu,
        move: (by) => this.#nudge(index, by),
        duplicate: () => this.#duplicate(index),
        remove: () => this.#remove(index),
        insert: (kind) => this.#insert(kind, index + 1),
      })}
    </div>`;
  }

  get #menu(): readonly MenuGroup[] {
    return lineMenu(this.code, this.parameters, this.step);
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

  #nudge(index: number, by: -1 | 1): void {
    const target = index + by;
    if (target < 0 || target >= this.lines.length) return;
    this.#place(index, target);
    void this.updateComplete.then(() => this.#focus(target, ".code"));
  }

  #place(from: number, to: number): void {
    const line = this.lines[from]!;
    this.opened = this.opened === from ? to : -1;
    this.#tell(
      moved(this.lines, from, to),
      `${nameOf(line.kind)} moved to line ${to + 1} of ${this.lines.length}`,
    );
  }

  #duplicate(index: number): void {
    const line = this.lines[index]!;
    this.opened = -1;
    this.#tell(
      [...this.lines.slice(0, index + 1), line, ...this.lines.slice(index + 1)],
      `${nameOf(line.kind)} duplicated`,
    );
    void this.updateComplete.then(() => this.#focus(index + 1, ".code"));
  }

  #remove(index: number): void {
    if (this.lines.length === 1) return;
    const line = this.lines[index]!;
    this.opened = -1;
    this.#tell(
      this.lines.filter((_, k) => k !== index),
      `${nameOf(line.kind)} removed. Control Z takes that back`,
    );
    void this.updateComplete.then(() =>
      this.#focus(Math.min(index, this.lines.length - 1), ".code"),
    );
  }

  #insert(value: string, index: number): void {
    const kind = lineKinds.find((candidate): candidate is LineKind => candidate === value);
    if (kind === undefined) return;
    const line = freshLine(kind, this.parameters, this.step);
    // What has arguments shows them at once.
    const asks = line.params.length > 0 || line.at !== null || /clip|scale/.test(kind);
    this.opened = asks ? index : -1;
    this.#tell(
      [...this.lines.slice(0, index), line, ...this.lines.slice(index)],
      `${nameOf(kind)} added as line ${index + 1}`,
    );
    void this.updateComplete.then(() => this.#focus(index, ".code"));
  }

  #tell(lines: readonly LoopLine[], said: string): void {
    this.lines = lines;
    this.#send<LoopDetail>("loop-change", { lines, said });
  }

  #say(text: string): void {
    this.#send<SayDetail>("loop-say", { text });
  }

  #send<T>(name: string, detail: T): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  #key(event: KeyboardEvent): void {
    const row = (event.target as Element).closest<HTMLElement>("li");
    if (row === null || this.fixed) return;
    const index = Number(row.dataset["index"]);
    const onGrip = (event.target as Element).matches(".grip");
    const onBlock = onGrip || (event.target as Element).matches(".code");
    if (this.held !== null && onGrip) {
      if (!this.#keyWhileHeld(event)) return;
    } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      this.#nudge(index, event.key === "ArrowUp" ? -1 : 1);
    } else if (onBlock && (event.key === "Delete" || event.key === "Backspace")) {
      this.#remove(index);
    } else if (onBlock && !event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      const selector = onGrip ? ".grip" : ".code";
      this.#focus(index + (event.key === "ArrowUp" ? -1 : 1), selector);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Whether the key meant something. */
  #keyWhileHeld(event: KeyboardEvent): boolean {
    const held = this.held!;
    if (event.key === "Escape") {
      this.held = null;
      this.#say("Put back where it was");
      void this.updateComplete.then(() => this.#focus(held.from, ".grip"));
      return true;
    }
    const next = heldAfter(held, event.key);
    if (next === null) return false;
    this.held = next;
    const { index, lines } = next;
    this.#say(`${nameOf(lines[index]!.kind)}, line ${index + 1} of ${lines.length}`);
    void this.updateComplete.then(() => this.#focus(index, ".grip"));
    return true;
  }

  #take(index: number): void {
    if (this.held?.index === index) return this.#put();
    this.opened = -1;
    this.held = { from: index, index, lines: this.lines };
    this.#say(`${nameOf(this.lines[index]!.kind)} taken up, line ${index + 1}. Arrow keys move it`);
  }

  #put(): void {
    const { held } = this;
    if (held === null) return;
    this.held = null;
    const name = nameOf(held.lines[held.index]!.kind);
    if (held.index === held.from) return this.#say(`${name} put down where it was`);
    this.#tell(held.lines, `${name} put down as line ${held.index + 1} of ${held.lines.length}`);
  }

  #focus(index: number, selector: string): void {
    this.renderRoot.querySelector<HTMLElement>(`li[data-index="${index}"] ${selector}`)?.focus();
  }

  /** A finger drags by the grip, so that the page can still be scrolled; a mouse by any part of the block. */
  #press(event: PointerEvent, index: number): void {
    if (event.button !== 0 || this.fixed || this.#drag !== null) return;
    const target = event.target as Element;
    const onGrip = target.closest(".grip") !== null;
    if (!onGrip && (event.pointerType !== "mouse" || target.matches("input"))) return;
    const rows = [...this.renderRoot.querySelectorAll<HTMLElement>("li")];
    this.#drag = new LineDrag(rows, index, event.clientY, false);
    if (onGrip) (event.currentTarget as Element).setPointerCapture(event.pointerId);
  }

  #move(event: PointerEvent): void {
    const drag = this.#drag;
    if (drag === null) return;
    drag.move(event.clientY);
    if (!drag.lifted || this.dragged >= 0) return;
    // From now on this is no click any more.
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.dragged = drag.from;
  }

  #release(event: PointerEvent): void {
    const drag = this.#drag;
    if (drag === null) return;
    drag.end();
    this.#drag = null;
    this.dragged = -1;
    if (event.type === "pointerup" && drag.to !== drag.from) this.#place(drag.from, drag.to);
  }
}

defineElement("step-lab-loop-editor", LoopEditor);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-loop-editor": LoopEditor;
  }
}
