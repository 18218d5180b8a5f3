// SPDX-License-Identifier: MIT
/** The average of the weights that a run keeps beside them: none, or one of the registry's with its options. */

import { html, nothing, type TemplateResult } from "lit";
import type { Run } from "../experiment/experiment.generated.js";
import { withAverage } from "../state/edits.js";
import { firstAverage } from "../state/first-average.js";
import type { ViewContext } from "./context.js";
import { nameField } from "./fields.js";
import { hyperControls } from "./hyper-controls.js";

export function averageSettings(
  { registry, frame }: ViewContext,
  run: Run,
  change: (run: Run, about?: string) => void,
): TemplateResult | typeof nothing {
  const { averages } = registry;
  if (averages.length === 0) return nothing;
  const chosen = averages.find(({ name }) => name === run.average?.name);
  const field = nameField(
    { caption: "average of the weights", label: "average of the weights", none: "none" },
    averages.map(({ name }) => name),
    chosen?.name,
    (wanted) => {
      const average = averages.find(({ name }) => name === wanted);
      const first = average === undefined ? null : firstAverage(average, frame.steps);
      change(withAverage(run, first));
    },
  );
  return html`${field}
  ${
    chosen === undefined || run.average === undefined
      ? nothing
      : html`<p class="hint">
            ${chosen.summary} Training goes on as if it were not there; the thin line is its own,
            from where averaging begins.
          </p>
          ${hyperControls(chosen.hyper_parameters, run.average, (average) =>
            change(withAverage(run, average), "average"),
          )}`
  }`;
}
