// SPDX-License-Identifier: MIT
/** The choice of the element whose update is spelt out: a parameter, and an index where it has several. */

import { html, nothing, type TemplateResult } from "lit";
import type { ParameterFrame } from "../engine/types.js";
import type { Subject } from "../state/inspection.js";
import type { ViewContext } from "./context.js";

export function elementField(
  { dispatch }: ViewContext,
  { frame, parameter, element }: Subject,
): TemplateResult {
  const last = parameter.value.length - 1;
  const go = (event: Event) => {
    const field = event.target as HTMLInputElement;
    const index = Math.trunc(Number(field.value));
    const good = Number.isFinite(index);
    if (good) dispatch({ type: "element", element: Math.max(0, Math.min(last, index)) });
    field.value = String(good ? Math.max(0, Math.min(last, index)) : element);
  };
  return html`<select
      aria-label="Parameter whose update is shown"
      @change=${(event: Event) =>
        dispatch({ type: "parameter", parameter: (event.target as HTMLSelectElement).value })}
    >
      ${frame.parameters.map(
        ({ name }) =>
          html`<option value=${name} ?selected=${name === parameter.name}>${name}</option>`,
      )}
    </select>
    ${
      last < 1
        ? nothing
        : html`<input
            class="index"
            type="number"
            min="0"
            max=${last}
            aria-label="Element of ${parameter.name}, 0 to ${last}"
            title=${elementName(parameter, element)}
            .value=${String(element)}
            @change=${go}
          />`
    }`;
}

/** "x", or "0.weight[3, 1]". */
export function elementName({ name, shape }: ParameterFrame, element: number): string {
  const indices: number[] = [];
  let rest = element;
  for (const size of [...shape].reverse()) {
    indices.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return indices.length === 0 ? name : `${name}[${indices.join(", ")}]`;
}
