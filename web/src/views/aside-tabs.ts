// SPDX-License-Identifier: MIT
/** What stands under the parameter table: the update rule in numbers, or the wiring. */

import { html, type TemplateResult } from "lit";
import { ownershipsOf } from "../state/ownership.js";
import type { Aside } from "../state/page-state.js";
import type { ViewContext } from "./context.js";
import { optimizerCard } from "./optimizer-card.js";

const tabs: readonly { readonly name: Aside; readonly title: string }[] = [
  { name: "rule", title: "Update rule" },
  { name: "wiring", title: "Wiring" },
];

export function asideTabs(context: ViewContext): TemplateResult {
  const { state, dispatch } = context;
  const turn = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    const at = tabs.findIndex(({ name }) => name === state.aside);
    const next = tabs[(at + by + tabs.length) % tabs.length]!;
    event.preventDefault();
    event.stopPropagation();
    dispatch({ type: "aside", aside: next.name });
    const list = event.currentTarget as HTMLElement;
    list.querySelector<HTMLElement>(`#tab-${next.name}`)?.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label="About the optimizer" @keydown=${turn}>
      ${tabs.map(
        ({ name, title }) =>
          html`<button
            id="tab-${name}"
            role="tab"
            aria-selected=${name === state.aside}
            aria-controls="aside-panel"
            tabindex=${name === state.aside ? "0" : "-1"}
            @click=${() => dispatch({ type: "aside", aside: name })}
          >
            ${title}
          </button>`,
      )}
    </div>
    <div id="aside-panel" role="tabpanel" aria-labelledby="tab-${state.aside}">
      ${state.aside === "rule" ? optimizerCard(context) : wiring(context)}
    </div>`;
}

function wiring({ frame, state, experiment }: ViewContext): TemplateResult {
  // Only who looks at it loads it.
  void import("../components/wiring-picture.js");
  const run = frame.runs[state.run] ?? frame.runs[0]!;
  const ownerships = ownershipsOf(run.parameters);
  return html`<step-lab-wiring-picture
    .optimizer=${experiment.runs[state.run]?.optimizer.name ?? ""}
    .lr=${run.lr}
    .parameters=${run.parameters.map((parameter, index) => ({
      name: parameter.name,
      shape: parameter.shape,
      group: parameter.group,
      ownership: ownerships[index]!,
    }))}
  ></step-lab-wiring-picture>`;
}
