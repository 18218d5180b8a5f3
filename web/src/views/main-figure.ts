// SPDX-License-Identifier: MIT
/** The largest picture of a view: the surface, the decision map, the digits, or failing these the loss. */

import { html, type TemplateResult } from "lit";
import "../charts/line-chart.js";
import type { ViewContext } from "./context.js";
import { dataFigure } from "./data-figure.js";
import { lossChart } from "./run-charts.js";
import { surfaceFigure } from "./surface-figure.js";

export function mainFigure(context: ViewContext): TemplateResult {
  const { problem } = context.experiment;
  if (problem.kind === "surface") return surfaceFigure(context);
  if (problem.kind === "task") return dataFigure(context);
  return html`<figure class="figure">${lossChart(context)}</figure>`;
}
