// SPDX-License-Identifier: MIT
/** The optimizer's card in the place of the charts but one. */

import { html, type TemplateResult } from "lit";
import type { ViewContext } from "./context.js";
import { optimizerCard } from "./optimizer-card.js";
import { lossChart } from "./run-charts.js";

export function cardColumn(context: ViewContext): TemplateResult {
  return html`<section class="charts with-card" aria-label="Loss and rule">
    ${lossChart(context)}
    ${optimizerCard(context, () => context.dispatch({ type: "card", card: false }))}
  </section>`;
}
