// SPDX-License-Identifier: MIT
/** A task's picture: the decision map of two-dimensional data, or a sheet of digits with predictions. */

import { html, type TemplateResult } from "lit";
import type { ViewContext } from "./context.js";
import { lossChart } from "./run-charts.js";

export function dataFigure(context: ViewContext): TemplateResult {
  return html`<figure class="figure">${lossChart(context)}</figure>`;
}
