// SPDX-License-Identifier: MIT
/** An optimizer's or a scheduler's name and hyper-parameters, made from the registry. */

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import "../components/hyper-control.js";
import type { HyperDetail } from "../components/hyper-control.js";
import "../components/optimizer-picker.js";
import type { PickDetail } from "../components/optimizer-picker.js";
import type { HyperParameterInfo, HyperValue, Registry } from "../engine/types.js";
import { withOption } from "../state/edits.js";

/** The choice of an optimizer. */
export function optimizerField(
  { optimizers }: Registry,
  chosen: string,
  change: (name: string) => void,
  caption = "optimizer",
): TemplateResult {
  return html`<step-lab-optimizer-picker
    .optimizers=${optimizers}
    .value=${chosen}
    .caption=${caption}
    @pick=${({ detail }: CustomEvent<PickDetail>) => change(detail.name)}
  ></step-lab-optimizer-picker>`;
}

/** The two or three that matter come first; the rest is one click away. */
export function hyperControls<Spec extends { readonly name: string }>(
  infos: readonly HyperParameterInfo[],
  spec: Spec,
  change: (spec: Spec) => void,
): TemplateResult {
  const settable = infos.filter(({ internal }) => !internal);
  const shown = settable.filter(
    ({ name }, index) => index < 2 || valueIn(spec, name) !== undefined,
  );
  const rest = settable.filter((info) => !shown.includes(info));
  const control = (info: HyperParameterInfo) => {
    const set = ({ detail }: CustomEvent<HyperDetail>) =>
      change(withOption(spec, info, detail.value));
    return html`<step-lab-hyper-control
      compact
      .info=${info}
      .value=${valueIn(spec, info.name)}
      @input=${set}
      @change=${set}
    ></step-lab-hyper-control>`;
  };
  return html`<div class="hyper">${repeat(shown, ({ name }) => name, control)}</div>
    ${
      rest.length === 0
        ? nothing
        : html`<details class="more">
            <summary>${rest.length} more: ${rest.map(({ name }) => name).join(", ")}</summary>
            <div class="hyper">${repeat(rest, ({ name }) => name, control)}</div>
          </details>`
    }`;
}

/** An option as the document has it. */
function valueIn(spec: { readonly name: string }, option: string): HyperValue | undefined {
  return (spec as Readonly<Record<string, unknown>>)[option] as HyperValue | undefined;
}
