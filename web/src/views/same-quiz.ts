// SPDX-License-Identifier: MIT
/** `<step-lab-same-quiz>`: is this loop the same as the canonical one? The reader guesses, the doctor answers. */

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { baseStyles } from "../components/base-styles.js";
import { defineElement } from "../components/define-element.js";
import type { Experiment, RunDiagnosis } from "../engine/types.js";
import { conditionOf, headerOf, pythonOf, type CodeContext } from "../state/loop-code.js";
import { writeLine, type LoopLine } from "../state/loop-lines.js";
import { questions } from "../state/same-or-not.js";
import { verdictWords } from "./verdict-words.js";

/** Detail of `try-loop`. */
export interface TryDetail {
  readonly lines: readonly LoopLine[];
}

type Guess = "same" | "different";

export class SameQuiz extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        padding: 14px 16px;
        border-radius: var(--step-lab-radius-large);
        background: var(--step-lab-wash);
      }
      .head {
        display: flex;
        align-items: baseline;
        gap: 10px;
      }
      h3 {
        flex: 1;
        margin: 0;
        font: 600 16px/1.3 var(--step-lab-serif);
      }
      .count {
        font-size: 13px;
        font-variant-numeric: tabular-nums;
        color: var(--step-lab-soft);
      }
      .close {
        min-height: 26px;
        min-width: 26px;
        padding: 0 6px;
      }
      pre {
        margin: 8px 0 12px;
        font: 13px/1.55 var(--step-lab-mono);
        white-space: pre-wrap;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      .answer {
        margin: 0 0 12px;
        font-size: 14px;
      }
      .answer strong {
        font-family: var(--step-lab-serif);
      }
      .right {
        color: var(--step-lab-good);
      }
      .wrong {
        color: var(--step-lab-warn);
      }
    `,
  ];

  /** The reader's run alone: its problem and its optimizer are those of the questions. */
  @property({ attribute: false }) experiment: Experiment | null = null;
  @property({ attribute: false }) code: CodeContext | null = null;
  @property({ attribute: false }) ask:
    ((experiment: Experiment, signal: AbortSignal) => Promise<RunDiagnosis>) | null = null;

  @state() private at = 0;
  @state() private guess: Guess | null = null;
  @state() private answer: RunDiagnosis | null = null;
  @state() private trouble = "";
  @state() private right = 0;

  #control = new AbortController();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#control.abort();
  }

  protected override updated(changed: PropertyValues): void {
    // From the answer the next key leads on.
    if (changed.has("answer") && this.answer !== null) this.#focus(".next");
    else if (changed.has("at") && changed.get("at") !== undefined) this.#focus(".guess");
  }

  override render(): TemplateResult | typeof nothing {
    const { code } = this;
    const question = questions[this.at];
    if (code === null) return nothing;
    const score = `${this.right} right`;
    return html`<div class="head">
        <h3>Is this the same?</h3>
        <span class="count"
          >${question === undefined ? score : `${this.at + 1} of ${questions.length} · ${score}`}</span
        >
        <button
          class="quiet close"
          aria-label="Close the questions"
          @click=${() => this.#send("quiz-close")}
        >
          ✕
        </button>
      </div>
      ${question === undefined ? this.#end() : this.#question(question.lines, code)}`;
  }

  #question(lines: readonly LoopLine[], code: CodeContext): TemplateResult {
    return html`<pre aria-label="The loop in question">${textOf(lines, code)}</pre>
      <div role="status">${this.guess === null ? nothing : this.#verdict(this.guess)}</div>
      <div class="row">
        ${
          this.guess === null
            ? html`<button class="guess" @click=${() => void this.#guess("same", lines)}>
                  = The same numbers
                </button>
                <button @click=${() => void this.#guess("different", lines)}>≠ Different</button>`
            : html`<button class="primary next" @click=${() => this.#next()}>Next</button>
                <button
                  @click=${() => this.#send("try-loop", { lines } satisfies TryDetail)}
                  title="Puts this loop in the place of yours"
                >
                  Watch it run
                </button>`
        }
      </div>`;
  }

  #verdict(guess: Guess): TemplateResult {
    if (this.trouble !== "") return html`<p class="answer wrong">${this.trouble}</p>`;
    if (this.answer === null) return html`<p class="answer">The doctor runs both…</p>`;
    const { verdict, findings } = this.answer;
    const good = guess === guessOf(verdict.kind);
    const words = verdictWords(verdict);
    const why = findings[0]?.explanation ?? "";
    return html`<p class="answer">
      <strong class=${good ? "right" : "wrong"}>${good ? "Right." : "Not so."}</strong>
      ${words.title.replace(/^[=≠] /, "")}. ${words.text}
      ${verdict.kind === "equivalent" ? nothing : why}
    </p>`;
  }

  #end(): TemplateResult {
    return html`<p class="answer">
        ${this.right} of ${questions.length}. What counts is not the order but what
        <code>step()</code> finds in <code>.grad</code>.
      </p>
      <div class="row">
        <button class="primary next" @click=${() => this.#restart()}>Once more</button>
      </div>`;
  }

  async #guess(guess: Guess, lines: readonly LoopLine[]): Promise<void> {
    const { experiment, ask } = this;
    if (experiment === null || ask === null || this.guess !== null) return;
    this.guess = guess;
    this.trouble = "";
    const asked = this.at;
    try {
      const answer = await ask(withLines(experiment, lines), this.#control.signal);
      if (asked !== this.at) return;
      this.answer = answer;
      if (guess === guessOf(answer.verdict.kind)) this.right++;
    } catch (failure) {
      if (asked !== this.at || this.#control.signal.aborted) return;
      this.trouble = failure instanceof Error ? failure.message : String(failure);
    }
  }

  #next(): void {
    this.at++;
    this.guess = null;
    this.answer = null;
    this.trouble = "";
  }

  #restart(): void {
    this.at = 0;
    this.right = 0;
  }

  #focus(selector: string): void {
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }

  #send(name: string, detail: TryDetail | null = null): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

function guessOf(kind: "equivalent" | "different" | "error"): Guess {
  return kind === "equivalent" ? "same" : "different";
}

function withLines(
  { edits: _, ...experiment }: Experiment,
  lines: readonly LoopLine[],
): Experiment {
  return {
    ...experiment,
    runs: experiment.runs.map((run) => ({ ...run, loop: lines.map(writeLine) })),
  };
}

function textOf(lines: readonly LoopLine[], code: CodeContext): string {
  const rows = lines.flatMap((line) => {
    const condition = conditionOf(line);
    const body = pythonOf(line, code).split("\n");
    return condition === null ? body : [condition, ...body.map((row) => `    ${row}`)];
  });
  return [headerOf(code), ...rows.map((row) => `    ${row}`)].join("\n");
}

defineElement("step-lab-same-quiz", SameQuiz);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-same-quiz": SameQuiz;
  }
}
