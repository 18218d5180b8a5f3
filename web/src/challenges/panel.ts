// SPDX-License-Identifier: MIT
/** `<step-lab-challenge>`: the challenge that is open, with its hints, and the check. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { baseStyles } from "../components/base-styles.js";
import { defineElement } from "../components/define-element.js";
import type { Engine, Registry } from "../engine/types.js";
import type { Experiment } from "../experiment/experiment.generated.js";
import type { Action } from "../state/page-state.js";
import { challengeOf, challenges } from "./catalogue.js";
import type { Challenge, Criterion } from "./challenge.js";
import { grade, type Finding, type Grade } from "./grade.js";
import { knobs } from "./knobs.js";
import { panelStyles } from "./panel-styles.js";
import { entryOf, rememberHints, rememberSolved } from "./record.js";
import { goalWords, gradeWords, mayChangeWords } from "./words.js";

/** What the last check gave, and of what: an edit makes it a thing of the past. */
interface Checked {
  readonly experiment: Experiment;
  readonly grade: Grade;
}

export class ChallengePanel extends LitElement {
  static override styles = [baseStyles, panelStyles];

  @property({ attribute: false }) challenge = "";
  @property({ attribute: false }) experiment: Experiment | null = null;
  @property({ attribute: false }) engine: Engine | null = null;
  @property({ attribute: false }) registry: Registry | null = null;
  /** Whether a reader opened it just now, rather than a reload. */
  @property({ attribute: false }) arrived = false;
  @property({ attribute: false }) dispatch: (action: Action) => void = () => {};
  @property({ attribute: false }) announce: (text: string) => void = () => {};

  @state() private hints = 0;
  @state() private checked: Checked | null = null;
  /** The share that is done; null while nothing is checked. */
  @state() private progress: number | null = null;
  @state() private trouble = "";

  #control: AbortController | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("challenge")) {
      this.#stop();
      this.hints = entryOf(this.challenge).hints;
      this.checked = null;
      this.trouble = "";
    }
    if (changed.has("experiment") && this.progress !== null) this.#stop();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("challenge") && this.arrived) this.#focus("h2");
  }

  protected override render(): TemplateResult | typeof nothing {
    const { experiment, registry } = this;
    const challenge = challengeOf(this.challenge);
    if (challenge === null || experiment === null || registry === null) return nothing;
    return html`<section aria-labelledby="title">
      <div class="tale">${this.#tale(challenge)} ${this.#hints(challenge)}</div>
      <div>
        <h3 id="goal">Goal</h3>
        <ul class="goals" aria-labelledby="goal">
          ${challenge.goal.map((each, index) => this.#goal(challenge, each, index))}
        </ul>
      </div>
      <div>
        <h3>You may change</h3>
        <p class="may">${mayChangeWords(challenge)}.</p>
        ${knobs({ challenge, experiment, registry, edit: this.#edit })} ${this.#result(challenge)}
        ${this.#actions(challenge)}
      </div>
    </section>`;
  }

  #tale(challenge: Challenge): TemplateResult {
    const { solved } = entryOf(challenge.id);
    return html`<p class="kicker">
        Challenge ${challenges.indexOf(challenge) + 1} of ${challenges.length} ·
        ${challenge.difficulty}${
          solved === null ? nothing : html` · <span class="mended">✓ mended</span>`
        }
      </p>
      <h2 id="title" tabindex="-1">${challenge.title}</h2>
      <p class="story">“${challenge.story.replace(/[“”]/g, quoteWithin)}”</p>`;
  }

  #hints({ hints }: Challenge): TemplateResult {
    const left = hints.length - this.hints;
    return html`${
        this.hints === 0
          ? nothing
          : html`<ol class="hints" aria-label="Hints">
              ${hints.slice(0, this.hints).map((hint) => html`<li>${hint}</li>`)}
            </ol>`
      }
      <div class="more">
        ${
          left <= 0
            ? "No more hints; the doctor under the loop can be asked."
            : html`<button class="quiet hint" @click=${() => this.#reveal()}>
                ${this.hints === 0 ? "Show a hint" : "Another hint"} (${left} left)
              </button>`
        }
      </div>`;
  }

  #goal(challenge: Challenge, criterion: Criterion, index: number): TemplateResult {
    const finding: Finding | undefined = this.#grade?.findings[index];
    const state = finding === undefined ? "open" : finding.met ? "met" : "unmet";
    const signs = { open: ["○", "not checked"], met: ["✓", "met"], unmet: ["✕", "not met"] };
    const [sign, spoken] = signs[state] as [string, string];
    return html`<li class=${state}>
      <span class="sign" role="img" aria-label=${spoken}>${sign}</span>
      <span
        >${goalWords(criterion, challenge)}${
          finding === undefined ? nothing : html`<span class="found">${finding.words}</span>`
        }</span
      >
    </li>`;
  }

  /** The last check, as long as it is of what is there. */
  get #grade(): Grade | null {
    return this.checked?.experiment === this.experiment ? (this.checked?.grade ?? null) : null;
  }

  #result(challenge: Challenge): TemplateResult {
    const grade = this.#grade;
    if (this.trouble !== "") {
      return html`<p class="result open" role="alert">It could not be checked: ${this.trouble}</p>`;
    }
    if (this.progress !== null) return html`<p class="result">Running it…</p>`;
    if (grade === null) {
      return html`<p class="result">
        Mend the run, then have it checked: the engine runs it from the start.
      </p>`;
    }
    const [head, ...rest] = gradeWords(grade, challenge).split(/(?<=[.:]) /);
    return html`<p class="result ${grade.solved ? "good" : "open"}">
        <strong>${head}</strong> ${rest.join(" ")}
      </p>
      ${grade.solved ? html`<p class="moral">${challenge.moral}</p>` : nothing}`;
  }

  #actions(challenge: Challenge): TemplateResult {
    const working = this.progress !== null;
    const solved = this.#grade?.solved ?? false;
    const next = challenges[(challenges.indexOf(challenge) + 1) % challenges.length]!;
    return html`<div class="row">
        <button
          class="check ${solved ? "" : "primary"}"
          @click=${() => (working ? this.#stop() : void this.#check(challenge))}
        >
          ${working ? "Cancel" : "Check"}
        </button>
        <button @click=${() => this.#startOver(challenge)}>Start over</button>
        <button
          class="next ${solved ? "primary" : ""}"
          title=${next.title}
          @click=${() => this.#open(next)}
        >
          Next
        </button>
        <button
          class="leave"
          title="Keeps the run, and closes the challenge"
          @click=${() => this.dispatch({ type: "challenge", challenge: null })}
        >
          Leave
        </button>
      </div>
      ${
        working
          ? html`<progress aria-label="Checking" max="1" .value=${this.progress ?? 0}></progress>`
          : nothing
      }`;
  }

  readonly #edit = (experiment: Experiment, about?: string) =>
    this.dispatch({ type: "edit", experiment, ...(about === undefined ? {} : { about }) });

  #reveal(): void {
    this.hints++;
    rememberHints(this.challenge, this.hints);
    const hint = challengeOf(this.challenge)?.hints[this.hints - 1];
    this.announce(`Hint: ${hint ?? ""}`);
    // The last one takes the button with it.
    void this.updateComplete.then(() => this.#focus(".hint") || this.#focus(".check"));
  }

  async #check(challenge: Challenge): Promise<void> {
    const { experiment, engine } = this;
    if (experiment === null || engine === null) return;
    const control = new AbortController();
    this.#control = control;
    this.progress = 0;
    this.trouble = "";
    this.announce("Checking");
    try {
      const result = await grade(challenge, experiment, engine, {
        signal: control.signal,
        onProgress: (share) => {
          if (this.#control === control) this.progress = share;
        },
      });
      if (this.#control !== control) return;
      this.#stop();
      this.checked = { experiment, grade: result };
      this.#tell(challenge, result);
    } catch (failure) {
      if (this.#control !== control) return;
      this.#stop();
      this.trouble = failure instanceof Error ? failure.message : String(failure);
    }
  }

  #tell(challenge: Challenge, result: Grade): void {
    const open = result.findings.filter(({ met }) => !met);
    const details = open.map(
      ({ criterion, words }) => `${goalWords(criterion, challenge)}: ${words}`,
    );
    const moral = result.solved ? [challenge.moral] : [];
    this.announce([gradeWords(result, challenge), ...details, ...moral].join(" "));
    if (!result.solved) return;
    rememberSolved(challenge.id, result.changes);
    // Whoever has mended it may hear what the doctor has to say.
    this.dispatch({ type: "challenge", challenge: { id: challenge.id, doctor: true } });
    this.#focus(".next");
  }

  #startOver(challenge: Challenge): void {
    if (this.experiment === challenge.experiment) return;
    this.#edit(challenge.experiment);
    this.announce("Back to where it began. Control Z takes that back");
  }

  #open({ id, experiment }: Challenge): void {
    this.dispatch({ type: "open", view: "loop", experiment, challenge: id });
  }

  #stop(): void {
    this.#control?.abort();
    this.#control = null;
    this.progress = null;
  }

  #focus(selector: string): boolean {
    const found = this.renderRoot.querySelector<HTMLElement>(selector);
    found?.focus();
    return found !== null;
  }
}

function quoteWithin(mark: string): string {
  return mark === "“" ? "‘" : "’";
}

defineElement("step-lab-challenge", ChallengePanel);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-challenge": ChallengePanel;
  }
}
