// SPDX-License-Identifier: MIT
/**
 * `<step-lab-optimizer-picker>`: a button with the chosen optimizer's name, which opens the list of all
 * of them by family. The first family is open, the others are one click or one key away; whatever is
 * typed searches. Beside the list stands what there is to know of the one that is looked at.
 */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import type { OptimizerInfo } from "../engine/types.js";
import { familiesOf, search, type Family } from "./families.js";
import { baseStyles } from "./base-styles.js";
import { defineElement } from "./define-element.js";
import { pickerStyles } from "./optimizer-picker-styles.js";
import "./optimizer-reference.js";
import "./optimizer-table.js";

/** Detail of `pick`. */
export interface PickDetail {
  readonly name: string;
}

export class OptimizerPicker extends LitElement {
  static override styles = [baseStyles, pickerStyles];

  @property({ attribute: false }) optimizers: readonly OptimizerInfo[] = [];
  /** The chosen one. */
  @property() value = "";
  @property() caption = "optimizer";

  @state() private open = false;
  @state() private sought = "";
  /** The one whose reference is shown. */
  @state() private looked = "";
  @state() private unfolded: ReadonlySet<string> = new Set();
  @state() private asTable = false;

  @query("dialog") private dialog!: HTMLDialogElement | null;
  @query("input") private field!: HTMLInputElement | null;

  override render(): TemplateResult {
    return html`<span id="caption">${this.caption}</span>
      <button
        id="chosen"
        class="trigger"
        aria-haspopup="dialog"
        aria-labelledby="caption chosen"
        @click=${() => this.#show()}
      >
        ${this.value}
        <svg viewBox="0 0 12 12" aria-hidden="true"><path d="M2.5 4.5 6 8l3.5-3.5" /></svg>
      </button>
      ${this.open ? this.#sheet() : nothing}`;
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has("open") || !this.open || this.dialog === null) return;
    this.dialog.showModal();
    this.#focusChosen();
  }

  #show(): void {
    const chosen = this.optimizers.find(({ name }) => name === this.value);
    const families = familiesOf(this.optimizers);
    this.unfolded = new Set([families[0]?.name ?? "", chosen?.family ?? ""]);
    this.looked = this.value;
    this.sought = "";
    this.asTable = false;
    this.open = true;
  }

  #sheet(): TemplateResult {
    const beside = (event: MouseEvent) => {
      if (event.target === this.dialog) this.dialog?.close();
    };
    const looked = this.optimizers.find(({ name }) => name === this.looked) ?? null;
    return html`<dialog
      aria-labelledby="title"
      @close=${() => (this.open = false)}
      @click=${beside}
      @keydown=${(event: KeyboardEvent) => this.#press(event)}
      @input=${(event: Event) => event.stopPropagation()}
      @change=${(event: Event) => event.stopPropagation()}
    >
      <div class="sheet">
        <div class="head">
          <h2 id="title">${this.asTable ? "All optimizers" : "Choose an optimizer"}</h2>
          <button class="quiet" @click=${() => (this.asTable = !this.asTable)}>
            ${this.asTable ? "Back to the list" : "All in one table"}
          </button>
          <form method="dialog"><button class="quiet">Close</button></form>
        </div>
        ${
          this.asTable
            ? html`<step-lab-optimizer-table
                .optimizers=${this.optimizers}
                .value=${this.value}
                @pick=${({ detail }: CustomEvent<PickDetail>) => this.#pick(detail.name)}
              ></step-lab-optimizer-table>`
            : html`<div class="panes">
                <div class="list">${this.#search()} ${this.#list()}</div>
                <section class="looked" aria-label="About ${this.looked}">
                  ${
                    looked === null
                      ? nothing
                      : html`<h3>${looked.name}</h3>
                          <step-lab-optimizer-reference
                            .info=${looked}
                          ></step-lab-optimizer-reference>`
                  }
                </section>
              </div>`
        }
      </div>
    </dialog>`;
  }

  #search(): TemplateResult {
    return html`<input
        type="text"
        role="searchbox"
        aria-label="Find an optimizer"
        placeholder="Find: a name, momentum, eps …"
        autocomplete="off"
        spellcheck="false"
        .value=${this.sought}
        @input=${(event: Event) => {
          this.sought = (event.target as HTMLInputElement).value;
          const [first] = search(this.optimizers, this.sought);
          if (this.sought !== "" && first !== undefined) this.looked = first.name;
        }}
      />
      <p class="spoken" role="status">
        ${this.sought === "" ? "" : `${search(this.optimizers, this.sought).length} found`}
      </p>`;
  }

  #list(): TemplateResult {
    if (this.sought.trim() !== "") {
      const found = search(this.optimizers, this.sought);
      return found.length === 0
        ? html`<p class="none">
            Nothing here is called “${this.sought}”.
            <button class="quiet" @click=${() => this.#clear()}>Show all</button>
          </p>`
        : this.#options("Found", found);
    }
    return html`${familiesOf(this.optimizers).map((family) => this.#family(family))}`;
  }

  #family(family: Family): TemplateResult {
    const { name, optimizers } = family;
    const unfolded = this.unfolded.has(name);
    return html`<section class="family">
      <h3>
        <button
          class="fold"
          data-item
          data-family=${name}
          aria-expanded=${unfolded}
          @click=${() => this.#fold(name, !unfolded)}
        >
          <svg viewBox="0 0 12 12" aria-hidden="true"><path d="M4.5 2.5 8 6 4.5 9.5" /></svg>
          <span>${name}</span>
          <small>${unfolded ? nothing : optimizers.map((each) => each.name).join(", ")}</small>
        </button>
      </h3>
      ${unfolded ? this.#options(name, optimizers) : nothing}
    </section>`;
  }

  #options(label: string, optimizers: readonly OptimizerInfo[]): TemplateResult {
    // One of the list is reached by Tab, the others by arrows.
    const within = optimizers.some(({ name }) => name === this.looked);
    const stop = within ? this.looked : optimizers[0]?.name;
    return html`<ul role="listbox" aria-label=${label}>
      ${repeat(
        optimizers,
        ({ name }) => name,
        ({ name, summary, family }) =>
          html`<li
            role="option"
            data-item
            data-name=${name}
            data-of=${family}
            aria-selected=${name === this.value}
            tabindex=${name === stop ? 0 : -1}
            class=${name === this.looked ? "looked-at" : ""}
            @click=${() => this.#pick(name)}
            @mousemove=${() => (this.looked = name)}
            @focus=${() => (this.looked = name)}
          >
            <b>${name}</b><span>${summary}</span>
          </li>`,
      )}
    </ul>`;
  }

  #press(event: KeyboardEvent): void {
    if (this.asTable) return;
    const { key } = event;
    const option = this.#focused()?.dataset["name"];
    if (key === "ArrowDown" || key === "ArrowUp") {
      this.#move(key === "ArrowDown" ? 1 : -1);
    } else if (this.#focused() === null) {
      // The field has the other keys; Enter takes the first that was found.
      if (key !== "Enter" || this.#inField(event) === false) return;
      const [first] = search(this.optimizers, this.sought);
      if (this.sought === "" || first === undefined) return;
      this.#pick(first.name);
    } else if (option !== undefined && (key === "Enter" || key === " ")) {
      this.#pick(option);
    } else if (key === "Home" || key === "End") {
      this.#items()
        .at(key === "Home" ? 0 : -1)
        ?.focus();
    } else if (key === "ArrowRight" || key === "ArrowLeft") {
      this.#unfoldBy(key);
    } else if (
      key.length === 1 &&
      key !== " " &&
      !event.ctrlKey &&
      !event.metaKey &&
      !event.altKey
    ) {
      // Whatever is typed searches: the key itself still arrives in the field.
      this.field?.focus();
      return;
    } else return;
    event.preventDefault();
  }

  #inField(event: Event): boolean {
    return event.composedPath()[0] === this.field;
  }

  #unfoldBy(key: "ArrowRight" | "ArrowLeft"): void {
    const { family, of } = this.#focused()?.dataset ?? {};
    if (family !== undefined) this.#fold(family, key === "ArrowRight");
    else if (key === "ArrowLeft") {
      this.#items()
        .find((item) => item.dataset["family"] === of)
        ?.focus();
    }
  }

  #fold(family: string, unfolded: boolean): void {
    const next = new Set(this.unfolded);
    if (unfolded) next.add(family);
    else next.delete(family);
    this.unfolded = next;
  }

  /** Everything that arrows go through. */
  #items(): readonly HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>("[data-item]")];
  }

  #focused(): HTMLElement | null {
    const { activeElement } = this.shadowRoot!;
    return activeElement instanceof HTMLElement && activeElement.dataset["item"] !== undefined
      ? activeElement
      : null;
  }

  #move(by: 1 | -1): void {
    const items = this.#items();
    const at = this.#focused();
    const from = at === null ? (by === 1 ? -1 : items.length) : items.indexOf(at);
    items[Math.max(0, Math.min(items.length - 1, from + by))]?.focus();
  }

  #focusChosen(): void {
    const chosen = this.#items().find((item) => item.dataset["name"] === this.value);
    (chosen ?? this.field)?.focus();
    chosen?.scrollIntoView({ block: "nearest" });
  }

  #clear(): void {
    this.sought = "";
    this.field?.focus();
  }

  #pick(name: string): void {
    this.dialog?.close();
    if (name === this.value) return;
    const detail: PickDetail = { name };
    this.dispatchEvent(new CustomEvent("pick", { detail }));
  }
}

defineElement("step-lab-optimizer-picker", OptimizerPicker);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-optimizer-picker": OptimizerPicker;
  }
}
