// SPDX-License-Identifier: MIT
/** Whose loop is shown, where there are branches; and the way to make one. */

import { html, nothing, type TemplateResult } from "lit";
import { withBranch } from "../state/branches.js";
import { labelOf, maxRuns, withoutRun } from "../state/edits.js";
import type { ViewContext } from "./context.js";
import { swatch } from "./run-settings.js";

export function runTabs(context: ViewContext): TemplateResult | typeof nothing {
  const { experiment, state, dispatch, edit, announce } = context;
  if (experiment.runs.length < 3) return nothing;
  const remove = () => {
    edit(withoutRun(experiment, state.run));
    dispatch({ type: "run", run: 0 });
    announce("The branch was removed. Control Z takes that back");
  };
  return html`<div class="run-tabs" role="group" aria-label="Whose loop is shown">
    ${experiment.runs.map(
      (run, index) =>
        html`<button
          aria-pressed=${index === state.run}
          @click=${() => dispatch({ type: "run", run: index })}
        >
          ${swatch(index)}${labelOf(run)}
        </button>`,
    )}
    ${
      state.run < 2
        ? nothing
        : html`<button
            class="quiet"
            aria-label="Remove ${labelOf(experiment.runs[state.run]!)}"
            @click=${remove}
          >
            ✕
          </button>`
    }
  </div>`;
}

/** A copy of the run that goes its own way from the present step on. */
export function branchButton(context: ViewContext): TemplateResult {
  const { experiment, frame, state, edit, dispatch, announce } = context;
  // In the midst of an iteration, what can still be changed begins with the next.
  const step = frame.iteration + (frame.instruction > 0 ? 1 : 0);
  const full = experiment.runs.length >= maxRuns || frame.finished;
  const branch = () => {
    edit(withBranch(experiment, state.run, step));
    dispatch({ type: "run", run: experiment.runs.length });
    announce(`A branch from step ${step}: what you change now concerns it alone, from there on`);
  };
  return html`<button
    class="quiet small-tool"
    title="A copy of this run, to be changed from step ${step} on"
    ?disabled=${full}
    @click=${branch}
  >
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d="M4 2v12M4 10c0-4 8-2 8-7" />
      <circle cx="12" cy="3" r="1.6" />
    </svg>
    Branch from here
  </button>`;
}
