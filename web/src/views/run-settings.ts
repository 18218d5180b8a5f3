// SPDX-License-Identifier: MIT
/** The runs: a list to choose from, and everything about the chosen one. */

import { html, nothing, svg, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { formatNumber } from "../components/numbers.js";
import { markerPath, runStyle } from "../components/run-style.js";
import type { Run } from "../experiment/experiment.generated.js";
import {
  asLoopExperiment,
  labelOf,
  maxRuns,
  withCopy,
  withNewRun,
  withOptimizer,
  withoutRun,
  withRun,
} from "../state/edits.js";
import { averageSettings } from "./average-settings.js";
import type { ViewContext } from "./context.js";
import { hyperControls, optimizerField } from "./hyper-controls.js";
import { ownerlessHint } from "./ownerless-hint.js";
import { schedulerSettings } from "./scheduler-settings.js";
import { wrapperSettings } from "./wrapper-settings.js";

export function runSettings(context: ViewContext): TemplateResult {
  const { experiment, registry, frame, state, edit, dispatch } = context;
  const chosen = experiment.runs[state.run];
  const full = experiment.runs.length >= maxRuns;
  const add = () => {
    edit(withNewRun(experiment, registry));
    dispatch({ type: "run", run: experiment.runs.length });
  };
  return html`<fieldset class="group runs">
    <legend>Runs</legend>
    <ul class="run-list">
      ${repeat(
        experiment.runs,
        (_, index) => index,
        (run, index) => runRow(context, run, index, frame.runs[index]?.status ?? "running"),
      )}
    </ul>
    <button class="quiet add-run" ?disabled=${full} @click=${add}>+ Add a run</button>
    ${chosen === undefined ? nothing : runDetails(context, chosen, state.run)}
  </fieldset>`;
}

function runRow(context: ViewContext, run: Run, index: number, status: string): TemplateResult {
  const { state, dispatch, frame } = context;
  const chosen = state.run === index;
  // NaN where there is none: a line search, a simplex.
  const lr = frame.runs[index]?.lr[0] ?? NaN;
  const trouble = status === "diverged" || status === "error" ? status : null;
  return html`<li>
    <button
      class="run-name"
      aria-pressed=${chosen}
      @click=${() => dispatch({ type: "run", run: index })}
    >
      ${swatch(index)}
      <b>${labelOf(run)}</b>
      <span class="run-note">
        ${
          trouble !== null
            ? html`<em class="trouble">${trouble}</em>`
            : html`${run.optimizer.name}${Number.isNaN(lr) ? nothing : html`, lr ${formatNumber(lr, 3)}`}`
        }
      </span>
    </button>
  </li>`;
}

/** On a phone the card is far from the button that opens it. */
function showCard(root: ShadowRoot): void {
  requestAnimationFrame(() =>
    root.querySelector(".card-panel")?.scrollIntoView({ block: "nearest" }),
  );
}

/** A run's line and marker, as charts and pictures draw them. */
export function swatch(run: number): TemplateResult {
  const { dash, marker } = runStyle(run);
  return html`<svg class="swatch run-${(run % 8) + 1}" viewBox="0 0 34 14" aria-hidden="true">
    ${svg`<path d="M1 7H33" stroke-dasharray=${dash.join(" ")} /><path class="mark" d=${markerPath(marker, 4.5, 17, 7)} />`}
  </svg>`;
}

function runDetails(context: ViewContext, run: Run, index: number): TemplateResult {
  const { experiment, registry, edit } = context;
  const optimizer = registry.optimizers.find(({ name }) => name === run.optimizer.name);
  const change = (next: Run, about?: string) => edit(withRun(experiment, index, next), about);
  const error = context.frame.runs[index]?.error ?? null;
  return html`<div class="run-details" role="group" aria-label="Settings of ${labelOf(run)}">
    ${
      error === null
        ? nothing
        : html`<p class="trouble" role="status">
            Line ${error.instruction + 1} of its loop raised in iteration ${error.step + 1}:
            ${error.message}
          </p>`
    }
    <div class="pair">
      ${optimizerField(registry, run.optimizer.name, (name) =>
        change(withOptimizer(run, registry, name, labelOf(run).startsWith(run.optimizer.name))),
      )}
      <label class="field"
        ><span>name</span>
        <input
          type="text"
          maxlength="40"
          .value=${labelOf(run)}
          @change=${(event: Event) => {
            const label = (event.target as HTMLInputElement).value.trim();
            if (label !== "") change({ ...run, label });
          }}
        />
      </label>
    </div>
    ${ownerlessHint(run, context.frame.runs[index], change)}
    <button
      class="card-toggle"
      aria-expanded=${context.state.card}
      @click=${(event: Event) => {
        context.dispatch({ type: "card", card: !context.state.card });
        showCard((event.currentTarget as Element).getRootNode() as ShadowRoot);
      }}
    >
      <i>ƒ</i>
      ${context.state.card ? "Show the charts again" : `How ${run.optimizer.name} works, in live numbers`}
    </button>
    ${
      optimizer === undefined
        ? nothing
        : html`${hyperControls(optimizer.hyper_parameters, run.optimizer, (next) =>
            change({ ...run, optimizer: next }, `optimizer ${index}`),
          )}`
    }
    ${wrapperSettings(context, run, (next, about) =>
      change(next, about === undefined ? undefined : `${about} ${index}`),
    )}
    ${schedulerSettings(context, run, index)}
    ${averageSettings(context, run, (next, about) =>
      change(next, about === undefined ? undefined : `${about} ${index}`),
    )}
    <div class="row">
      <button
        ?disabled=${experiment.runs.length >= maxRuns}
        @click=${() => edit(withCopy(experiment, index))}
      >
        Duplicate
      </button>
      <button
        ?disabled=${experiment.runs.length <= 1}
        @click=${() => edit(withoutRun(experiment, index))}
      >
        Remove
      </button>
      <button
        class="quiet"
        title="Puts this run’s loop beside the canonical one"
        @click=${() =>
          context.dispatch({
            type: "open",
            view: "loop",
            experiment: asLoopExperiment(experiment, index),
          })}
      >
        Open in Loop
      </button>
    </div>
  </div>`;
}
