// SPDX-License-Identifier: MIT
/**
 * `<step-lab-menu-button>`: a button that opens a menu of actions, with the arrow keys, Home, End, letters
 * and Escape as menus have them. The menu lies above everything else, so that no scrolling box cuts it off.
 */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";
import { baseStyles } from "./base-styles.js";
import { defineElement } from "./define-element.js";

export interface MenuItem {
  readonly value: string;
  readonly text: string;
  readonly note: string;
  /** Why it cannot be chosen. */
  readonly barred: string | null;
}

export interface MenuGroup {
  readonly title: string;
  readonly items: readonly MenuItem[];
}

/** Detail of `choose`. */
export interface ChooseDetail {
  readonly value: string;
}

const gap = 4;

export class MenuButton extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: inline-block;
      }
      .menu {
        position: fixed;
        inset: auto;
        width: min(420px, calc(100vw - 24px));
        max-height: min(520px, calc(100vh - 24px));
        margin: 0;
        padding: 6px;
        overflow-y: auto;
        border: 1px solid var(--step-lab-line);
        border-radius: var(--step-lab-radius-large);
        background: var(--step-lab-raised);
        color: var(--step-lab-ink);
        box-shadow: 0 10px 34px rgb(0 0 0 / 0.18);
      }
      .title {
        padding: 8px 10px 4px;
        font: 600 var(--step-lab-text-tiny) / 1.2 var(--step-lab-sans);
        letter-spacing: 0.02em;
        color: var(--step-lab-soft);
      }
      [role="menuitem"] {
        display: grid;
        gap: 1px;
        padding: 6px 10px;
        border-radius: var(--step-lab-radius);
        cursor: pointer;
      }
      [role="menuitem"]:focus {
        outline: none;
        background: var(--step-lab-wash);
        box-shadow: inset 3px 0 0 var(--step-lab-accent);
      }
      [aria-disabled="true"] {
        color: var(--step-lab-faint);
        cursor: default;
      }
      .text {
        font: 13px/1.35 var(--step-lab-mono);
      }
      .note {
        font-size: var(--step-lab-text-tiny);
        color: var(--step-lab-soft);
      }
      button {
        width: 100%;
        min-height: 28px;
        padding-block: 2px;
        border-color: transparent;
        color: var(--step-lab-soft);
        font-size: 13px;
      }
    `,
  ];

  @property() label = "";
  /** The button's name, where its text is not enough. */
  @property() describes = "";
  @property({ attribute: false }) groups: readonly MenuGroup[] = [];
  @property({ type: Boolean }) disabled = false;

  @state() private open = false;

  @query(".menu") private menu!: HTMLElement | null;
  @query("button") private trigger!: HTMLButtonElement;

  override render(): TemplateResult {
    return html`<button
        aria-haspopup="menu"
        aria-expanded=${this.open}
        aria-label=${this.describes === "" ? nothing : this.describes}
        ?disabled=${this.disabled}
        @click=${() => (this.open ? this.#close() : void this.show())}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
          consume(event);
          void this.show(event.key === "ArrowUp" ? -1 : 0);
        }}
      >
        ${this.label}
      </button>
      ${this.open ? this.#list() : nothing}`;
  }

  #list(): TemplateResult {
    return html`<div
      class="menu"
      popover="auto"
      role="menu"
      aria-label=${this.describes || this.label}
      @keydown=${this.#key}
      @toggle=${({ newState }: ToggleEvent) => {
        if (newState === "closed") this.open = false;
      }}
    >
      ${this.groups.map(
        ({ title, items }) =>
          html`<div role="group" aria-label=${title}>
            <div class="title" aria-hidden="true">${title}</div>
            ${items.map((item) => this.#item(item))}
          </div>`,
      )}
    </div>`;
  }

  #item({ value, text, note, barred }: MenuItem): TemplateResult {
    return html`<div
      role="menuitem"
      tabindex="-1"
      aria-disabled=${barred !== null}
      data-value=${value}
      @click=${() => {
        if (barred === null) this.#choose(value);
      }}
      @pointermove=${(event: PointerEvent) => (event.currentTarget as HTMLElement).focus()}
    >
      <span class="text">${text}</span>
      <span class="note">${barred ?? note}</span>
    </div>`;
  }

  /** Opens the menu at an item, counted from the end when negative. */
  async show(index = 0): Promise<void> {
    this.open = true;
    await this.updateComplete;
    this.menu?.showPopover();
    this.#place();
    this.#items.at(index)?.focus();
  }

  get #items(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('[role="menuitem"]')];
  }

  /** Below the button, or above it where there is more room. */
  #place(): void {
    const { menu } = this;
    if (menu === null) return;
    const box = this.trigger.getBoundingClientRect();
    const [below, above] = [innerHeight - box.bottom - 2 * gap, box.top - 2 * gap];
    const upwards = below < Math.min(menu.scrollHeight, 320) && above > below;
    menu.style.maxHeight = `${Math.min(520, upwards ? above : below)}px`;
    const height = menu.getBoundingClientRect().height;
    menu.style.top = `${upwards ? box.top - gap - height : box.bottom + gap}px`;
    menu.style.left = `${Math.max(12, Math.min(box.left, innerWidth - menu.offsetWidth - 12))}px`;
  }

  #key(event: KeyboardEvent): void {
    const items = this.#items;
    const at = items.findIndex((item) => item.matches(":focus"));
    const go = (index: number) => items[(index + items.length) % items.length]?.focus();
    switch (event.key) {
      case "ArrowDown":
        go(at + 1);
        break;
      case "ArrowUp":
        go(at - 1);
        break;
      case "Home":
        go(0);
        break;
      case "End":
        go(-1);
        break;
      case "Enter":
      case " ":
        items[at]?.click();
        break;
      case "Escape":
        this.#close();
        break;
      case "Tab":
        this.#close();
        return;
      default: {
        if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
        const found = [...items.slice(at + 1), ...items.slice(0, at + 1)].find((item) =>
          item.dataset["value"]?.startsWith(event.key.toLowerCase()),
        );
        found?.focus();
      }
    }
    consume(event);
  }

  #close(): void {
    this.menu?.hidePopover();
    this.open = false;
    this.trigger.focus();
  }

  #choose(value: string): void {
    this.#close();
    const detail: ChooseDetail = { value };
    this.dispatchEvent(new CustomEvent("choose", { detail, bubbles: true, composed: true }));
  }
}

function consume(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

defineElement("step-lab-menu-button", MenuButton);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-menu-button": MenuButton;
  }
}
