// SPDX-License-Identifier: MIT
/** The arguments of a line, and when it runs, as small fields. */

import { html, nothing, type TemplateResult } from "lit";
import { parseNumber } from "../components/numbers.js";
import { nameable, placesOf } from "../state/fresh-line.js";
import type { LoopLine } from "../state/loop-lines.js";

/** The schema's limits. */
const most = 1_000_000;

export interface LineFieldsContext {
  readonly line: LoopLine;
  readonly loop: readonly LoopLine[];
  /** The line as code, for names that are spoken. */
  readonly code: string;
  readonly names: readonly string[];
  readonly change: (change: Partial<LoopLine>) => void;
}

export function lineFields(context: LineFieldsContext): TemplateResult {
  return html`${when(context)} ${fieldsOf(context)}`;
}

function when({ line, code, change }: LineFieldsContext): TemplateResult {
  const mode = line.at !== null ? "at" : line.every > 1 ? "every" : "always";
  const choose = (event: Event) => {
    switch ((event.target as HTMLSelectElement).value) {
      case "every":
        return change({ every: 4, at: null });
      case "at":
        return change({ every: 1, at: 0 });
      default:
        return change({ every: 1, at: null });
    }
  };
  return html`<span class="when"
    ><select aria-label="When ${code} runs" @change=${choose}>
      <option value="always" ?selected=${mode === "always"}>every batch</option>
      <option value="every" ?selected=${mode === "every"}>every k batches</option>
      <option value="at" ?selected=${mode === "at"}>at step n</option>
    </select>
    ${
      mode === "always"
        ? nothing
        : numberField(
            mode === "every" ? "k" : "n",
            mode === "every" ? line.every : (line.at ?? 0),
            {
              label: mode === "every" ? `Run ${code} every so many batches` : `Run ${code} at step`,
              whole: true,
              min: mode === "every" ? 1 : 0,
            },
            (value) => change(mode === "every" ? { every: value } : { at: value }),
          )
    }</span
  >`;
}

function fieldsOf(context: LineFieldsContext): TemplateResult | typeof nothing {
  const { line, change } = context;
  switch (line.kind) {
    case "zero_grad":
      return flag("set_to_none", line.setToNone, (setToNone) => change({ setToNone }));
    case "forward":
      return flag("under no_grad", line.noGrad, (noGrad) => change({ noGrad }));
    case "backward":
      return flag("retain_graph", line.retainGraph, (retainGraph) => change({ retainGraph }));
    case "clip_grad_norm":
      return numberField("max_norm", line.limit, { min: 0 }, (limit) => change({ limit }));
    case "clip_grad_value":
      return numberField("clip_value", line.limit, { min: 0 }, (limit) => change({ limit }));
    case "scale_loss":
      return numberField("divided by", line.divisor, { min: 1, whole: true }, (divisor) =>
        change({ divisor }),
      );
    case "freeze":
    case "unfreeze":
      return parameterFields(context);
    case "replace_layer":
      return layerField(context);
    case "add_param_group":
      return html`${parameterFields(context)} ${groupRate(context)}`;
    default:
      return nothing;
  }
}

function flag(name: string, value: boolean, set: (value: boolean) => void): TemplateResult {
  return html`<label
    ><input
      type="checkbox"
      .checked=${value}
      @change=${(event: Event) => set((event.target as HTMLInputElement).checked)}
    />${name}</label
  >`;
}

interface NumberRules {
  readonly min: number;
  readonly whole?: boolean;
  readonly label?: string;
}

function numberField(
  name: string,
  value: number,
  { min, whole = false, label }: NumberRules,
  set: (value: number) => void,
): TemplateResult {
  const typed = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const number = parseNumber(input.value);
    const good =
      number !== null && number >= min && number <= most && (!whole || Number.isInteger(number));
    input.setAttribute("aria-invalid", String(!good));
    input.title = good ? "" : `${whole ? "A whole number" : "A number"} from ${min} to ${most}`;
    if (good) set(number);
  };
  return html`<label
    >${name}
    <input
      type="text"
      inputmode=${whole ? "numeric" : "decimal"}
      aria-label=${label ?? nothing}
      .value=${String(value)}
      @change=${typed}
    />
  </label>`;
}

function parameterFields({ line, loop, names, change, code }: LineFieldsContext): TemplateResult {
  const toggle = (name: string) => {
    const params = line.params.includes(name)
      ? line.params.filter((other) => other !== name)
      : [...line.params, name];
    // A line must concern someone.
    if (params.length > 0) change({ params });
  };
  return html`<fieldset class="params" aria-label="Parameters of ${code}">
    ${nameable(names, line, loop).map(
      (name) =>
        html`<label
          ><input
            type="checkbox"
            .checked=${line.params.includes(name)}
            ?disabled=${line.params.length === 1 && line.params[0] === name}
            @change=${() => toggle(name)}
          />${name}</label
        >`,
    )}
  </fieldset>`;
}

function layerField({ line, names, change }: LineFieldsContext): TemplateResult {
  const places = placesOf(names);
  const offered = places.includes(line.layer) ? places : [...places, line.layer];
  return html`<label
    >layer
    <select
      @change=${(event: Event) => change({ layer: (event.target as HTMLSelectElement).value })}
    >
      ${offered.map(
        (place) => html`<option value=${place} ?selected=${place === line.layer}>${place}</option>`,
      )}
    </select>
  </label>`;
}

/** Empty is the optimizer's own. */
function groupRate({ line, change }: LineFieldsContext): TemplateResult {
  const { lr: given, ...others } = line.options;
  const typed = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const lr = parseNumber(input.value);
    const empty = input.value.trim() === "";
    input.setAttribute("aria-invalid", String(!empty && (lr === null || lr < 0)));
    if (empty) change({ options: others });
    else if (lr !== null && lr >= 0) change({ options: { ...others, lr } });
  };
  return html`<label
    >lr
    <input
      type="text"
      inputmode="decimal"
      placeholder="as is"
      .value=${given === undefined ? "" : String(given)}
      @change=${typed}
    />
  </label>`;
}
