// SPDX-License-Identifier: MIT
/** A task's picture: the decision map of two-dimensional data, or a sheet of images with predictions. */

import { html, type TemplateResult } from "lit";
import "../charts/decision-map.js";
import { labelOf } from "../state/edits.js";
import type { ViewContext } from "./context.js";
import { digitSheet } from "./digit-sheet.js";
import { lossChart } from "./run-charts.js";

export function dataFigure(context: ViewContext): TemplateResult {
  const { pictures, experiment, frame, state } = context;
  const { dataset } = pictures;
  const index = state.run;
  const label = labelOf(experiment.runs[index] ?? experiment.runs[0]!);
  if (dataset !== null && dataset.features !== 2) {
    return html`<figure class="figure">${digitSheet(context, dataset, index)}</figure>`;
  }
  const view = pictures.dataView;
  if (view === null) return html`<figure class="figure">${lossChart(context)}</figure>`;
  pictures.map(index, `${frame.iteration} ${frame.instruction}`);
  return html`<figure class="figure">
    <step-lab-decision-map
      .scores=${pictures.decision}
      .view=${view}
      .points=${dataset}
      name="What ${label} says everywhere, after ${frame.iteration} steps"
    ></step-lab-decision-map>
  </figure>`;
}
