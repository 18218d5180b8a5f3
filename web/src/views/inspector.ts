// SPDX-License-Identifier: MIT
/** The chosen run's parameters at this moment; what the last line changed is marked. */

import { html, nothing, type TemplateResult } from "lit";
import "../components/parameter-table.js";
import type { ParameterFrame } from "../engine/types.js";
import { labelOf } from "../state/edits.js";
import type { ViewContext } from "./context.js";

/** `previous` is what is compared with; by default the moment before the session's last line. */
export function parameterTable(
  { frame, player, state, experiment }: ViewContext,
  previous?: readonly ParameterFrame[],
): TemplateResult | typeof nothing {
  const index = state.run;
  const run = frame.runs[index] ?? frame.runs[0];
  if (run === undefined) return nothing;
  const fast = player.playing && player.speed.unit === "iterations";
  return html`<step-lab-parameter-table
    caption="Parameters of ${labelOf(experiment.runs[index] ?? experiment.runs[0]!)}"
    .parameters=${run.parameters}
    .previous=${previous ?? player.before?.runs[index]?.parameters ?? run.parameters}
    ?calm=${fast}
  ></step-lab-parameter-table>`;
}
