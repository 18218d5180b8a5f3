// SPDX-License-Identifier: MIT
/** Fields that several settings use. */

import { html, type TemplateResult } from "lit";
import { parseNumber } from "../components/numbers.js";

/** A field for a whole number. */
export function wholeField(
  name: string,
  value: number,
  min: number,
  max: number,
  change: (value: number) => void,
): TemplateResult {
  const typed = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const number = parseNumber(input.value);
    const good = number !== null && Number.isInteger(number) && number >= min && number <= max;
    input.setAttribute("aria-invalid", String(!good));
    input.title = good ? "" : `A whole number from ${min} to ${max}`;
    if (good) change(number);
  };
  return html`<label class="field small"
    ><span>${name}</span>
    <input type="text" inputmode="numeric" .value=${String(value)} @change=${typed} />
  </label>`;
}

/** A choice among names, or none of them. */
export function nameField(
  { caption, label, none }: { caption: string; label: string; none: string },
  names: readonly string[],
  chosen: string | undefined,
  choose: (name: string | null) => void,
): TemplateResult {
  return html`<label class="field"
    ><span>${caption}</span>
    <select
      aria-label=${label}
      @change=${(event: Event) => choose((event.target as HTMLSelectElement).value || null)}
    >
      <option value="" ?selected=${chosen === undefined}>${none}</option>
      ${names.map((name) => html`<option value=${name} ?selected=${name === chosen}>${name}</option>`)}
    </select>
  </label>`;
}
