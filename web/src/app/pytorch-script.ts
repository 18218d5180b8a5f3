// SPDX-License-Identifier: MIT
/**
 * `<step-lab-pytorch-script>`: the experiment as a script for PyTorch, to copy, to look at and to keep.
 * The engine that writes it is loaded when it is asked for.
 */

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";

import { baseStyles } from "../components/base-styles.js";
import { defineElement } from "../components/define-element.js";
import { StepLabError } from "../engine/errors.js";
import type { Engine, Experiment } from "../engine/types.js";
import { saveText } from "./download.js";

export class PytorchScript extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        margin-top: 16px;
      }
      p {
        margin: 0 0 6px;
        font-size: 13px;
        color: var(--step-lab-soft);
      }
      p.trouble {
        margin: 6px 0 0;
        color: var(--step-lab-bad);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      pre {
        max-height: 260px;
        margin: 10px 0 0;
        padding: 10px 12px;
        border: 1px solid var(--step-lab-line);
        border-radius: var(--step-lab-radius);
        background: var(--step-lab-raised);
        font: 12.5px/1.5 var(--step-lab-mono);
        overflow: auto;
      }
    `,
  ];

  @property({ attribute: false }) experiment: Experiment | null = null;
  @property({ attribute: false }) engine: Engine | null = null;
  @property({ attribute: false }) announce: (text: string) => void = () => {};

  /** What the copying button says of the last attempt. */
  @state() private copied: "no" | "under way" | "yes" | "refused" = "no";
  @state() private script: string | null = null;
  @state() private shown = false;
  @state() private trouble = "";

  #writing: Promise<string> | null = null;

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("experiment")) return;
    this.#writing = null;
    this.script = null;
    this.copied = "no";
    this.trouble = "";
  }

  override render(): TemplateResult {
    return html`<p>A PyTorch script that runs as it is and prints the same losses</p>
      <div class="row">
        <button class="primary" @click=${() => void this.#copy()}>
          ${{ no: "Copy PyTorch", "under way": "Writing…", yes: "Copied", refused: "Copy PyTorch" }[this.copied]}
        </button>
        <button
          aria-expanded=${this.shown}
          @click=${() => {
            this.shown = !this.shown;
            if (this.shown) void this.#write();
          }}
        >
          ${this.shown ? "Hide it" : "Show it"}
        </button>
        <button @click=${() => void this.#save()}>Download .py</button>
      </div>
      ${this.trouble === "" ? nothing : html`<p class="trouble" role="alert">${this.trouble}</p>`}
      ${
        this.shown && this.script !== null
          ? html`<pre
              tabindex="0"
              role="region"
              aria-label="The PyTorch script"
            ><code>${this.script}</code></pre>`
          : nothing
      }`;
  }

  /** Rejects when the engine refuses; the reader is told. */
  async #write(): Promise<string | null> {
    if (this.engine === null || this.experiment === null) return null;
    this.trouble = "";
    this.#writing ??= this.engine.exportPytorch(this.experiment);
    try {
      this.script = await this.#writing;
      return this.script;
    } catch (thrown) {
      this.#writing = null;
      const { path, message } = StepLabError.from(thrown);
      this.trouble = path === "" ? message : `${path}: ${message}`;
      return null;
    }
  }

  async #copy(): Promise<void> {
    this.copied = "under way";
    const script = await this.#write();
    if (script === null) {
      this.copied = "no";
      return;
    }
    try {
      await navigator.clipboard.writeText(script);
      this.copied = "yes";
      this.announce("The PyTorch script was copied");
    } catch {
      // A frame may forbid the clipboard: the text is there to select.
      this.copied = "refused";
      this.shown = true;
      this.trouble = "This page may not use the clipboard. Select the script below instead.";
    }
  }

  async #save(): Promise<void> {
    const script = await this.#write();
    if (script !== null) saveText("steplab.py", "text/x-python", script);
  }
}

defineElement("step-lab-pytorch-script", PytorchScript);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-pytorch-script": PytorchScript;
  }
}
