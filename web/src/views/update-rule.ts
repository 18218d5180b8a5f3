// SPDX-License-Identifier: MIT
/** The update rule of the chosen run's optimizer, and the last update of one parameter in numbers. */

import { html, nothing, type TemplateResult } from "lit";
import "../components/math-formula.js";
import { formatNumber } from "../components/numbers.js";
import type { ParameterFrame, RunFrame } from "../engine/types.js";
import type { ViewContext } from "./context.js";

export function updateRule(context: ViewContext, run: RunFrame): TemplateResult | typeof nothing {
  const { experiment, registry, state, dispatch } = context;
  const name = (experiment.runs[state.run] ?? experiment.runs[0])?.optimizer.name;
  const optimizer = registry.optimizers.find((candidate) => candidate.name === name);
  const parameter =
    run.parameters.find((candidate) => candidate.name === state.parameter) ?? run.parameters[0];
  if (optimizer === undefined || parameter === undefined) return nothing;
  return html`<div class="rule">
    <h3>
      What ${optimizer.name} does with
      <select
        aria-label="Parameter whose update is shown"
        @change=${(event: Event) =>
          dispatch({ type: "parameter", parameter: (event.target as HTMLSelectElement).value })}
      >
        ${run.parameters.map(
          ({ name }) =>
            html`<option value=${name} ?selected=${name === parameter.name}>${name}</option>`,
        )}
      </select>
    </h3>
    <step-lab-math-formula .latex=${optimizer.formula}></step-lab-math-formula>
    ${parameter.shape.length === 0 ? lastUpdate(parameter, run.lr[parameter.group ?? 0]) : nothing}
  </div>`;
}

/** Before, update, after: the same float32 numbers that the optimizer worked with. */
function lastUpdate(
  { name, value, update }: ParameterFrame,
  lr: number | undefined,
): TemplateResult {
  if (update === null) return html`<p class="sum">No step yet: ${name} is where it started.</p>`;
  const now = value[0]!;
  const by = update[0]!;
  const symbol = (text: string, number: number) =>
    html`<span class="term"><i>${text}</i><span>${formatNumber(number, 5)}</span></span>`;
  return html`<div class="sum" role="group" aria-label="Last update of ${name}">
    ${symbol(`${name} now`, now)} <span>=</span> ${symbol(`${name} before`, now - by)}
    <span>+</span> ${symbol("update", by)}
    ${lr === undefined ? nothing : html`<span class="rate">lr ${formatNumber(lr)}</span>`}
  </div>`;
}
