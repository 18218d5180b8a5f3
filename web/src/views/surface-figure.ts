// SPDX-License-Identifier: MIT
/** The surface with all runs' ways, its caption, and the start as typed numbers. */

import { html, nothing, type TemplateResult } from "lit";
import "../charts/surface-picture.js";
import type { StartDetail } from "../charts/surface-picture.js";
import { formatNumber, parseNumber } from "../components/numbers.js";
import { surfaceOf, withStart } from "../state/edits.js";
import type { ViewContext } from "./context.js";
import { trailsOf } from "./series.js";

export function surfaceFigure(context: ViewContext): TemplateResult {
  const { experiment, registry, history, frame, pictures, controls, edit } = context;
  const surface = surfaceOf(experiment, registry);
  if (surface === null) return html``;
  const moveStart = (event: CustomEvent<StartDetail>) =>
    edit(withStart(experiment, [event.detail.x, event.detail.y]), "start");
  return html`<figure class="figure">
    <step-lab-surface-picture
      .grid=${pictures.surface(surface.formula, surface.view)}
      .trails=${trailsOf(history, experiment)}
      .cursor=${frame.iteration}
      .start=${surface.start}
      .minimisers=${surface.minimisers}
      .name=${`${surface.title}: contours of the loss and the ways of ${history.runs.length} runs`}
      ?fixed-start=${controls === "none"}
      @start-input=${moveStart}
      @start-change=${moveStart}
    ></step-lab-surface-picture>
    ${
      controls === "full"
        ? html`<figcaption>
            <span class="formula-text">f(x, y) = ${pretty(surface.formula)}</span>
            ${startFields(context, surface.start)}
          </figcaption>`
        : nothing
    }
  </figure>`;
}

function startFields(
  { experiment, edit }: ViewContext,
  start: readonly [number, number],
): TemplateResult {
  const field = (axis: 0 | 1, name: string) =>
    html`<label
      >${name}
      <input
        type="text"
        inputmode="decimal"
        aria-label="Start ${name}"
        .value=${formatNumber(start[axis], 6)}
        @change=${(event: Event) => {
          const input = event.target as HTMLInputElement;
          const value = parseNumber(input.value);
          input.setAttribute("aria-invalid", String(value === null));
          if (value === null) return;
          edit(withStart(experiment, axis === 0 ? [value, start[1]] : [start[0], value]));
        }}
      />
    </label>`;
  return html`<fieldset class="start-fields">
    <legend>start</legend>
    ${field(0, "x")} ${field(1, "y")}
  </fieldset>`;
}

/** A formula as it is read: powers raised, products dotted, a true minus. */
export function pretty(formula: string): TemplateResult {
  const parts = formula
    .replaceAll("-", "−")
    .replaceAll("*", "·")
    .split(/\^(\d+)/);
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<sup>${part}</sup>` : part))}`;
}
