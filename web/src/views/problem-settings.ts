// SPDX-License-Identifier: MIT
/** What is minimised: a named surface, a formula of one's own, or a task; and for how long. */

import { html, nothing, type TemplateResult } from "lit";
import { surfaceOf, withFormula, withSurface } from "../state/edits.js";
import type { ViewContext } from "./context.js";
import "./formula-editor.js";
import type { FormulaDetail } from "../components/formula-field.js";
import { wholeField } from "./fields.js";
import { taskSettings } from "./task-settings.js";

/** The schema's limit for steps, and what the page can keep a history of. */
const mostSteps = 100_000;

export function problemSettings(context: ViewContext): TemplateResult {
  const { problem } = context.experiment;
  return html`<fieldset class="group">
    <legend>${problem.kind === "task" ? "Data and model" : "Surface"}</legend>
    ${problem.kind === "surface" ? surfaceSettings(context) : nothing}
    ${problem.kind === "task" ? taskSettings(context) : nothing}
    <div class="pair">${stepsField(context)} ${seedField(context)}</div>
  </fieldset>`;
}

function surfaceSettings(context: ViewContext): TemplateResult {
  const { experiment, registry, engine, edit } = context;
  const surface = surfaceOf(experiment, registry);
  if (surface === null) return html``;
  const choose = (event: Event) => {
    const name = (event.target as HTMLSelectElement).value;
    const info = registry.surfaces.find((candidate) => candidate.name === name);
    edit(
      info === undefined
        ? withFormula(experiment, surface.formula, surface)
        : withSurface(experiment, info),
    );
  };
  return html`
    <label class="field"
      ><span>surface</span>
      <select aria-label="surface" @change=${choose} .value=${surface.name ?? ""}>
        ${registry.surfaces.map(
          ({ name, title }) =>
            html`<option value=${name} ?selected=${name === surface.name}>${title}</option>`,
        )}
        <option value="" ?selected=${surface.name === null}>Your own formula</option>
      </select>
    </label>
    <step-lab-formula-editor
      .formula=${surface.formula}
      .check=${(formula: string) => engine.checkFormula(formula)}
      @formula-good=${({ detail }: CustomEvent<FormulaDetail>) =>
        edit(withFormula(experiment, detail.formula, surface), "formula")}
    ></step-lab-formula-editor>
    <p class="hint">${surface.lesson}</p>
  `;
}

function stepsField({ experiment, frame, edit }: ViewContext): TemplateResult {
  return wholeField("steps", frame.steps, 1, mostSteps, (steps) => edit({ ...experiment, steps }));
}

function seedField({ experiment, edit }: ViewContext): TemplateResult | typeof nothing {
  if (experiment.problem.kind !== "task") return nothing;
  return wholeField("seed", experiment.seed ?? 0, 0, Number.MAX_SAFE_INTEGER, (seed) =>
    edit({ ...experiment, seed }),
  );
}
