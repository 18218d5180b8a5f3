// SPDX-License-Identifier: MIT
/** The learning-rate schedule of a run: constant, or one of the registry's with its options. */

import { html, nothing, type TemplateResult } from "lit";
import type { SchedulerInfo, SchedulerKind } from "../engine/types.js";
import type { Run, Scheduler } from "../experiment/experiment.generated.js";
import { withScheduler } from "../state/edits.js";
import { firstScheduler } from "../state/first-scheduler.js";
import type { ViewContext } from "./context.js";
import { hyperControls } from "./hyper-controls.js";

const kinds: readonly { readonly kind: SchedulerKind; readonly title: string }[] = [
  { kind: "chainable", title: "from the present rate" },
  { kind: "closed_form", title: "from the first rate and the epoch" },
  { kind: "metric", title: "from the loss" },
];

export function schedulerSettings(context: ViewContext, run: Run, index: number): TemplateResult {
  const { experiment, registry, edit, frame } = context;
  const { scheduler } = run;
  const info = registry.schedulers.find(({ name }) => name === scheduler?.name);
  const put = (next: Scheduler | null, about?: string) =>
    edit(withScheduler(experiment, index, next), about);
  return html`<label class="field"
      ><span>learning-rate schedule</span>
      <select
        aria-label="learning-rate schedule"
        @change=${(event: Event) => {
          const name = (event.target as HTMLSelectElement).value;
          const wanted = registry.schedulers.find((each) => each.name === name);
          const lr = frame.runs[index]?.lr[0] ?? 0.1;
          put(wanted === undefined ? null : firstScheduler(wanted, frame.steps, lr));
        }}
      >
        <option value="" ?selected=${scheduler === undefined}>constant</option>
        ${kinds.map(({ kind, title }) =>
          options(
            title,
            registry.schedulers.filter((each) => (each.kind ?? "chainable") === kind),
            scheduler?.name,
          ),
        )}
      </select>
    </label>
    ${
      info === undefined || scheduler === undefined
        ? nothing
        : html`<p class="hint">${info.summary}</p>
            ${hyperControls(info.hyper_parameters, scheduler, (next) =>
              put(next, `scheduler ${index}`),
            )}`
    }`;
}

function options(
  title: string,
  schedulers: readonly SchedulerInfo[],
  chosen: string | undefined,
): TemplateResult | typeof nothing {
  if (schedulers.length === 0) return nothing;
  return html`<optgroup label=${title}>
    ${schedulers.map(
      ({ name }) => html`<option value=${name} ?selected=${name === chosen}>${name}</option>`,
    )}
  </optgroup>`;
}
