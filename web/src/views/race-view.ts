// SPDX-License-Identifier: MIT
/** Race: several runs over one problem, from one start. */

import { html, nothing, type TemplateResult } from "lit";
import { cardColumn } from "./card-column.js";
import type { ViewContext } from "./context.js";
import { mainFigure } from "./main-figure.js";
import { problemSettings } from "./problem-settings.js";
import { gradientChart, lossChart, parameterChart, updateChart } from "./run-charts.js";
import { runSettings } from "./run-settings.js";

export function raceView(context: ViewContext): TemplateResult {
  return html`
    ${mainFigure(context)}
    ${
      context.controls === "none"
        ? nothing
        : context.state.card
          ? cardColumn(context)
          : html`<section class="charts" aria-label="Charts">
              ${lossChart(context)} ${gradientChart(context)} ${updateChart(context)}
              ${parameterChart(context)}
            </section>`
    }
    ${
      context.controls === "full"
        ? html`<section class="settings" aria-label="Settings">
            ${runSettings(context)} ${problemSettings(context)}
          </section>`
        : nothing
    }
  `;
}
