// SPDX-License-Identifier: MIT
/** Which parameters of a run no optimizer has, and the button that hands over all. */

import { html, nothing, type TemplateResult } from "lit";
import type { RunFrame } from "../engine/types.js";
import type { Run } from "../experiment/experiment.generated.js";
import { list } from "../state/comparison.js";

const kNamed = 4;

export function ownerlessHint(
  run: Run,
  frame: RunFrame | undefined,
  change: (run: Run) => void,
): TemplateResult | typeof nothing {
  const names = (frame?.parameters ?? []).flatMap(({ name, group }) =>
    group === null ? [name] : [],
  );
  if (run.param_groups === undefined || names.length === 0) return nothing;
  const { param_groups: _, ...ungrouped } = run;
  const named =
    names.length > kNamed
      ? [...names.slice(0, kNamed - 1), `${names.length - kNamed + 1} more`]
      : names;
  return html`<p class="hint">
    No optimizer has ${list(named)}: step() leaves them as they are.
    <button class="quiet" @click=${() => change(ungrouped)}>Give it all parameters</button>
  </p>`;
}
