// SPDX-License-Identifier: MIT
/** The doctor under the loop: its verdict, what it found, and the remedies that it tried. */

import { html, nothing, type TemplateResult } from "lit";
import type { Finding } from "../engine/types.js";
import { withOnlyRun } from "../state/branches.js";
import type { DoctorState } from "../state/doctor.js";
import type { ViewContext } from "./context.js";
import { liveVerdict } from "./loop-verdict.js";
import {
  number,
  outcomeWords,
  severityWords,
  verdictWords,
  type VerdictWords,
} from "./verdict-words.js";

export function doctorCard(context: ViewContext): TemplateResult {
  const { doctor, state } = context;
  if (state.challenge !== null && !state.challenge.doctor) return silentDoctor(context);
  const { state: now } = doctor;
  const words = now.kind === "done" ? verdictWords(now.diagnosis.verdict) : liveVerdict(context);
  const findings = now.kind === "done" ? now.diagnosis.findings : [];
  return html`<section
    class="doctor ${words?.tone ?? "open"}"
    aria-labelledby="doctor-title"
    tabindex="-1"
  >
    <h2 id="doctor-title" class="spoken">The doctor</h2>
    <div class="verdict" role="status">
      ${words === null ? nothing : verdict(context, words)} ${applied(context)}
    </div>
    ${work(context, now, words === null)}
    ${findings.map((each, index) => finding(context, each, index === 0))}
  </section>`;
}

/** Whoever is mending a run looks first, and asks when they like. */
function silentDoctor({ state, dispatch }: ViewContext): TemplateResult {
  const ask = (event: Event) => {
    focusNext(event, ".doctor");
    dispatch({ type: "challenge", challenge: { ...state.challenge!, doctor: true } });
  };
  return html`<section class="doctor open" aria-labelledby="doctor-title" tabindex="-1">
    <h2 id="doctor-title" class="spoken">The doctor</h2>
    <p>The doctor keeps quiet until it is mended.</p>
    <div class="row"><button @click=${ask}>Ask it anyway</button></div>
  </section>`;
}

function verdict({ player, frame }: ViewContext, { title, text, tone, step }: VerdictWords) {
  const show = () => {
    player.pause();
    void player.seek({ step: step!, instruction: 0 });
  };
  return html`<div class="verdict-head">
      <strong>${title}</strong>
      ${
        step === null || (step === frame.iteration && frame.instruction === 0)
          ? nothing
          : html`<button class="quiet" @click=${show}>Show it</button>`
      }
    </div>
    <p class=${tone === "error" ? "raised" : ""} tabindex=${tone === "error" ? "0" : nothing}>
      ${text}
    </p>`;
}

/** The remedy that was applied last, as long as nothing has changed since. */
function applied({ doctor, experiment, dispatch, announce }: ViewContext) {
  if (doctor.applied?.experiment !== experiment) return nothing;
  const undo = (event: Event) => {
    dispatch({ type: "undo" });
    announce("The remedy was taken back");
    focusNext(event, ".doctor");
  };
  return html`<p class="applied">
    Applied: ${doctor.applied.label}. <button class="quiet" @click=${undo}>Undo the remedy</button>
  </p>`;
}

/** What was pressed is gone with what it did: the focus goes where one can go on. */
function focusNext(event: Event, selector: string): void {
  const root = (event.currentTarget as Element).getRootNode() as ShadowRoot;
  requestAnimationFrame(() => root.querySelector<HTMLElement>(selector)?.focus());
}

function work(context: ViewContext, now: DoctorState, alone: boolean) {
  const { doctor, experiment, state } = context;
  const again = (text: string) =>
    html`<button @click=${() => doctor.again(experiment, state.run)}>${text}</button>`;
  switch (now.kind) {
    case "done":
      return nothing;
    case "idle":
      return html`<div class="row">${again("Examine this loop")}</div>`;
    case "failed":
      return html`<p class="trouble" role="alert">The doctor could not go on: ${now.message}</p>
        <div class="row">${again("Try again")}</div>`;
    case "working":
      return html`<div class="working">
        <span>${alone ? "The doctor runs your loop beside the canonical one" : "Examining"}</span>
        <progress aria-label="The doctor at work" max="1" .value=${now.progress}></progress>
        <button class="quiet" @click=${() => doctor.cancel()}>Cancel</button>
      </div>`;
  }
}

function finding(context: ViewContext, each: Finding, first: boolean): TemplateResult {
  const { sign, word } = severityWords[each.severity];
  return html`<details class="finding ${each.severity}" ?open=${first}>
    <summary>
      <span class="sign" role="img" aria-label=${word}>${sign}</span><b>${each.title}</b>
    </summary>
    <p>${each.explanation}</p>
    ${remedy(context, each)}
    <dl class="evidence">
      ${each.evidence.map(
        ({ name, value }) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${number(value)}</dd>
          </div>`,
      )}
    </dl>
    <details class="pytorch">
      <summary>What PyTorch says</summary>
      <p>${each.pytorch}</p>
    </details>
  </details>`;
}

function remedy(context: ViewContext, { remedy: offered }: Finding) {
  if (offered === null) return nothing;
  const { experiment, state, edit, announce, doctor } = context;
  const apply = (event: Event) => {
    const mended = withOnlyRun(experiment, state.run, offered.experiment);
    doctor.applied = { label: offered.label, experiment: mended };
    edit(mended);
    announce(`${offered.label}: done. Control Z takes it back`);
    focusNext(event, ".applied button");
  };
  return html`<div class="remedy">
    <button class="primary" @click=${apply}>${offered.label}</button>
    <span>${outcomeWords(offered)}</span>
  </div>`;
}
