// SPDX-License-Identifier: MIT
/** The learning-rate schedule of a run: constant, one of the registry's, several, or one made of others. */

import { html, nothing, type TemplateResult } from "lit";
import type { SchedulerInfo, SchedulerKind } from "../engine/types.js";
import type { Run } from "../experiment/experiment.generated.js";
import { withScheduler } from "../state/edits.js";
import { firstSchedule, schedulesOf, writtenSchedules, type Schedule } from "../state/schedules.js";
import type { ViewContext } from "./context.js";
import { hyperControls } from "./hyper-controls.js";

const kinds: readonly { readonly kind: SchedulerKind; readonly title: string }[] = [
  { kind: "chainable", title: "from the present rate" },
  { kind: "closed_form", title: "from the first rate and the epoch" },
  { kind: "metric", title: "from the loss" },
  { kind: "composite", title: "made of others" },
];

/** Changes a schedule, or takes it away; edits with the same `about` undo as one. */
type Change = (next: Schedule | null, about?: string) => void;

export function schedulerSettings(context: ViewContext, run: Run, index: number): TemplateResult {
  const { experiment, registry, edit } = context;
  const schedules = schedulesOf(run);
  const put = (next: readonly Schedule[], about?: string) =>
    edit(withScheduler(experiment, index, writtenSchedules(next)), about);
  const stackable = registry.schedulers.find(({ name }) => name === "ExponentialLR");
  return html`${
    schedules.length === 0
      ? scheduleFields(context, index, null, "learning-rate schedule", (next) =>
          put(next === null ? [] : [next]),
        )
      : schedules.map((schedule, at) =>
          scheduleFields(
            context,
            index,
            schedule,
            at === 0 ? "learning-rate schedule" : `schedule ${at + 1}, on top`,
            (next, about) => put(replaced(schedules, at, next), about),
          ),
        )
  }
  ${
    schedules.length === 0 || stackable === undefined
      ? nothing
      : html`<button
          class="quiet add-run"
          @click=${() => put([...schedules, first(context, index, stackable)])}
        >
          + Another schedule on top
        </button>`
  }`;
}

function scheduleFields(
  context: ViewContext,
  run: number,
  schedule: Schedule | null,
  caption: string,
  change: Change,
): TemplateResult {
  const { schedulers } = context.registry;
  const info = schedulers.find(({ name }) => name === schedule?.name);
  const choose = (event: Event) => {
    const wanted = schedulers.find(
      ({ name }) => name === (event.target as HTMLSelectElement).value,
    );
    change(wanted === undefined ? null : first(context, run, wanted));
  };
  return html`<label class="field"
      ><span>${caption}</span>
      <select aria-label=${caption} @change=${choose}>
        <option value="" ?selected=${schedule === null}>
          ${caption === "learning-rate schedule" ? "constant" : "none"}
        </option>
        ${kinds.map(({ kind, title }) =>
          options(
            title,
            schedulers.filter((each) => (each.kind ?? "chainable") === kind),
            schedule?.name,
          ),
        )}
      </select>
    </label>
    ${
      info === undefined || schedule === null
        ? nothing
        : html`<p class="hint">${info.summary}</p>
            ${hyperControls(info.hyper_parameters, schedule, (next) =>
              change(next, `${caption} ${run}`),
            )}
            ${members(context, run, schedule, caption, change)}`
    }`;
}

/** The schedules that one is made of. */
function members(
  context: ViewContext,
  run: number,
  schedule: Schedule,
  caption: string,
  change: Change,
): TemplateResult | typeof nothing {
  const { schedulers = [] } = schedule;
  if (schedulers.length === 0) return nothing;
  return html`<div class="members" role="group" aria-label="What ${schedule.name} is made of">
    ${schedulers.map((member, at) =>
      scheduleFields(context, run, member, `${caption}, part ${at + 1}`, (next, about) =>
        change({ ...schedule, schedulers: replaced(schedulers, at, next) }, about),
      ),
    )}
  </div>`;
}

function first({ registry, frame }: ViewContext, run: number, info: SchedulerInfo): Schedule {
  const lr = frame.runs[run]?.lr[0] ?? 0.1;
  return firstSchedule(info, registry.schedulers, frame.steps, lr);
}

function replaced(
  schedules: readonly Schedule[],
  at: number,
  next: Schedule | null,
): readonly Schedule[] {
  return schedules.flatMap((each, index) => (index === at ? (next ?? []) : each));
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
