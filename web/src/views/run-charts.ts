// SPDX-License-Identifier: MIT
/** The charts of a session: loss, gradient norm, update size, parameters, train and test. */

import { html, nothing, type TemplateResult } from "lit";
import "../charts/line-chart.js";
import type { Axis, AxisDetail, ChartSeries, SeekDetail } from "../charts/line-chart.js";
import type { ViewContext } from "./context.js";
import { lossSeries, parameterSeries, seriesOf } from "./series.js";

interface ChartChoices {
  /** Draws on this axis whatever the page's choice is. */
  readonly axis?: Axis;
  /** Offers the switch between the axes. */
  readonly choice?: boolean;
}

export function lossChart(context: ViewContext): TemplateResult {
  const series = lossSeries(context.history, context.experiment);
  return chart(context, "loss", series, { choice: true });
}

export function gradientChart(context: ViewContext): TemplateResult {
  return chart(context, "gradient norm", seriesOf(context.history, "gradNorm"));
}

export function updateChart(context: ViewContext): TemplateResult {
  return chart(context, "update size", seriesOf(context.history, "updateNorm"));
}

/** The parameter that is inspected: a scalar's value, a tensor's norm. */
export function parameterChart(context: ViewContext): TemplateResult | typeof nothing {
  const { history, state } = context;
  const parameters = history.runs[0]?.parameters ?? [];
  const found = parameters.findIndex(({ name }) => name === state.parameter);
  const index = Math.max(0, found);
  const parameter = parameters[index];
  if (parameter === undefined) return nothing;
  const scalar = context.frame.runs[0]?.parameters[index]?.shape.length === 0;
  const name = scalar ? `parameter ${parameter.name}` : `norm of ${parameter.name}`;
  return chart(context, name, parameterSeries(history, context.experiment, index), {
    axis: "linear",
  });
}

/** Any quantity over all steps, with the scrubber's line. */
export function chart(
  { state, frame, player, dispatch }: ViewContext,
  name: string,
  series: readonly ChartSeries[],
  { axis = state.scale, choice = false }: ChartChoices = {},
): TemplateResult {
  return html`<step-lab-line-chart
    name=${name}
    .series=${series}
    .to=${frame.steps}
    .cursor=${frame.iteration}
    .axis=${axis}
    ?fixed-axis=${!choice}
    @axis-change=${({ detail }: CustomEvent<AxisDetail>) =>
      dispatch({ type: "scale", scale: detail.axis })}
    @seek=${({ detail }: CustomEvent<SeekDetail>) => {
      player.pause();
      void player.seek({ step: detail.step, instruction: 0 });
    }}
  ></step-lab-line-chart>`;
}
