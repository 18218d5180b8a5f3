// SPDX-License-Identifier: MIT
/** The card of the chosen run's optimizer: its rule with live numbers, the last update as a sum, its reference. */

import { html, nothing, type TemplateResult } from "lit";
import "../components/checked-badge.js";
import "../components/math-formula.js";
import "../components/optimizer-reference.js";
import type { OptimizerInfo, ParameterFrame } from "../engine/types.js";
import {
  inspectionOf,
  ledgerOf,
  lrOf,
  optimizerValues,
  wrapperValues,
  type Subject,
} from "../state/inspection.js";
import { labelOf } from "../state/edits.js";
import type { ViewContext } from "./context.js";
import { elementField, elementName } from "./element-field.js";

/** `close` takes the card away where it can be. */
export function optimizerCard(
  context: ViewContext,
  close: (() => void) | null = null,
): TemplateResult | typeof nothing {
  const subject = subjectOf(context);
  if (subject === null) return nothing;
  const { info, wrapper, run } = subject;
  // Beside the table it is plain whose it is.
  const label = labelOf(run);
  const whose = close === null || label === info.name ? "" : ` in “${label}”`;
  return html`<section class="card-panel" aria-label="${info.name}: its rule in numbers">
    <div class="card-head">
      <h3>What ${info.name} does with ${elementField(context, subject)}${whose}</h3>
      ${
        close === null
          ? nothing
          : html`<button class="quiet" aria-label="Close the card" @click=${close}>✕</button>`
      }
    </div>
    <step-lab-math-formula
      .latex=${info.formula}
      .values=${optimizerValues(subject)}
    ></step-lab-math-formula>
    ${wrapperPart(subject)} ${sum(subject)}
    ${[info, wrapper ?? []]
      .flat()
      .map((each) => html`<step-lab-checked-badge .info=${each}></step-lab-checked-badge>`)}
    <details class="more about">
      <summary>About ${info.name}: its settings, its state, its paper</summary>
      <p class="about-summary">${info.summary}</p>
      <step-lab-optimizer-reference brief .info=${info}></step-lab-optimizer-reference>
    </details>
    ${
      wrapper === null
        ? nothing
        : html`<details class="more about">
            <summary>About ${wrapper.name}: its settings, its state, its paper</summary>
            <p class="about-summary">${wrapper.summary}</p>
            <step-lab-optimizer-reference brief .info=${wrapper}></step-lab-optimizer-reference>
          </details>`
    }
  </section>`;
}

function subjectOf(context: ViewContext): Subject | null {
  const { experiment, registry, state, frame, history } = context;
  const index = experiment.runs[state.run] === undefined ? 0 : state.run;
  const run = experiment.runs[index];
  const now = frame.runs[index];
  const info = registry.optimizers.find(({ name }) => name === run?.optimizer.name);
  if (run === undefined || now === undefined || info === undefined) return null;
  const parameter =
    now.parameters.find(({ name }) => name === state.parameter) ?? now.parameters[0];
  if (parameter === undefined) return null;
  const element = Math.min(state.element, parameter.value.length - 1);
  const lr = lrOf(frame, now, parameter.group, history.runs[index]?.lr);
  const wrapper = registry.wrappers.find(({ name }) => name === run.wrapper?.name) ?? null;
  return { info, wrapper, run, frame: now, parameter, element, lr };
}

/** The rule of what is put around the optimizer. */
function wrapperPart(subject: Subject): TemplateResult | typeof nothing {
  const { wrapper } = subject;
  if (wrapper === null) return nothing;
  return html`<div class="around" role="group" aria-label="Around it: ${wrapper.name}">
    <h3>Around it: ${wrapper.name}</h3>
    <step-lab-math-formula
      .latex=${wrapper.formula}
      .values=${wrapperValues(subject, wrapper)}
    ></step-lab-math-formula>
  </div>`;
}

/** Before, term by term, after: the float32 numbers that the optimizer worked with. */
function sum(subject: Subject): TemplateResult {
  const { info, parameter, element } = subject;
  const name = elementName(parameter, element);
  const inspection = inspectionOf(subject);
  if (inspection === null) return html`<p class="sum">${untouched(parameter, name)}</p>`;
  const { before, terms, after, exact } = ledgerOf(subject, inspection);
  return html`<table class="sum" aria-label="Last update of ${name}">
    <tbody>
      <tr>
        <th scope="row"><i>${name}</i> before</th>
        <td>${before}</td>
      </tr>
      ${terms.map((term) => termRow(info, term))}
      <tr class="total">
        <th scope="row"><i>${name}</i> after</th>
        <td>${after}</td>
      </tr>
    </tbody>
    <caption>
      ${
        exact
          ? "Added in this order in float32: bit for bit."
          : "The numbers are not finite: no sum can be told."
      }
    </caption>
  </table>`;
}

function termRow(
  info: OptimizerInfo,
  { latex, doc, text }: ReturnType<typeof ledgerOf>["terms"][number],
): TemplateResult {
  return html`<tr>
    <th scope="row" title=${doc}>
      ${
        latex === null
          ? `${info.name}’s step`
          : html`<step-lab-math-formula inline .latex=${latex}></step-lab-math-formula>`
      }
    </th>
    <td>${text}</td>
  </tr>`;
}

function untouched({ group, requiresGrad, update }: ParameterFrame, name: string): string {
  if (group === null) return `No optimizer owns ${name}.`;
  if (!requiresGrad) return `${name} is frozen: the optimizer skips it.`;
  return update === null
    ? `No step yet: ${name} is where it started.`
    : `The last step left ${name} alone.`;
}
