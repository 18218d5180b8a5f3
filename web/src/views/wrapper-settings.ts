// SPDX-License-Identifier: MIT
/** What is put around a run's optimizer: nothing, or a wrapper with its options. */

import { html, nothing, type TemplateResult } from "lit";
import type { Run } from "../experiment/experiment.generated.js";
import { withWrapper } from "../state/edits.js";
import type { ViewContext } from "./context.js";
import { nameField } from "./fields.js";
import { hyperControls } from "./hyper-controls.js";

export function wrapperSettings(
  { registry }: ViewContext,
  run: Run,
  change: (run: Run, about?: string) => void,
): TemplateResult | typeof nothing {
  const { wrappers } = registry;
  if (wrappers.length === 0) return nothing;
  const chosen = wrappers.find(({ name }) => name === run.wrapper?.name);
  const field = nameField(
    { caption: "around it", label: "wrapper around the optimizer", none: "nothing" },
    wrappers.map(({ name }) => name),
    chosen?.name,
    (name) => change(withWrapper(run, name === null ? null : { name })),
  );
  return html`${field}
  ${
    chosen === undefined || run.wrapper === undefined
      ? nothing
      : html`<p class="hint">${chosen.summary}</p>
          ${hyperControls(chosen.hyper_parameters, run.wrapper, (wrapper) =>
            change(withWrapper(run, wrapper), "wrapper"),
          )}`
  }`;
}
