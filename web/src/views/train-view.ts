// SPDX-License-Identifier: MIT
/** Train: a real model on real data. */

import { html, nothing, type TemplateResult } from "lit";
import type { ChartSeries } from "../charts/line-chart.js";
import { firstPreset } from "../experiment/presets.js";
import type { EvaluationRow } from "../state/evaluations.js";
import { cardColumn } from "./card-column.js";
import type { ViewContext } from "./context.js";
import { parameterTable } from "./inspector.js";
import { mainFigure } from "./main-figure.js";
import { problemSettings } from "./problem-settings.js";
import { chart, gradientChart, lossChart } from "./run-charts.js";
import { runSettings } from "./run-settings.js";

export function trainView(context: ViewContext): TemplateResult {
  if (context.experiment.problem.kind !== "task") return noData(context);
  return html`
    ${mainFigure(context)}
    ${
      context.controls === "none"
        ? nothing
        : context.state.card
          ? cardColumn(context)
          : html`<section class="charts" aria-label="Charts">
              ${scores(context)} ${lossChart(context)} ${accuracyChart(context)}
              ${gradientChart(context)}
            </section>`
    }
    ${
      context.controls === "full"
        ? html`<section class="settings" aria-label="Settings">
              ${problemSettings(context)} ${runSettings(context)}
            </section>
            <details class="parameters">
              <summary>
                Parameters: value, .grad, optimizer state and last update of every tensor
              </summary>
              ${parameterTable(context)}
            </details>`
        : nothing
    }
  `;
}

function noData({ dispatch }: ViewContext): TemplateResult {
  const open = () =>
    dispatch({ type: "open", view: "train", experiment: firstPreset("train").experiment });
  return html`<p class="invitation">
    This experiment has no data to train on.
    <button class="primary" @click=${open}>Train on two moons</button>
  </p>`;
}

/** The latest figures in words and percent: what people look for first. */
function scores({ player, experiment, frame }: ViewContext): TemplateResult {
  const row = latest(player.evaluations, frame.iteration);
  return html`<table class="scores">
    <caption class="spoken">
      Accuracy and loss on the whole train and test sets
    </caption>
    <thead>
      <tr>
        <th scope="col">after step ${row?.step ?? 0}</th>
        <th scope="col">test accuracy</th>
        <th scope="col">train accuracy</th>
        <th scope="col">test loss</th>
      </tr>
    </thead>
    <tbody>
      ${experiment.runs.map((run, index) => {
        const figures = row?.runs[index];
        return html`<tr>
          <th scope="row" class="run-${(index % 8) + 1}">${run.label ?? run.optimizer.name}</th>
          <td class="large">${percent(figures?.testAccuracy)}</td>
          <td>${percent(figures?.trainAccuracy)}</td>
          <td>${figures?.testLoss.toFixed(3) ?? "–"}</td>
        </tr>`;
      })}
    </tbody>
  </table>`;
}

function percent(share: number | undefined): string {
  return share === undefined ? "–" : `${(share * 100).toFixed(1)} %`;
}

/** Accuracy of every run on the train and the test set; train takes the style after the run's. */
function accuracyChart(context: ViewContext): TemplateResult {
  const { player, experiment, history } = context;
  const several = experiment.runs.length > 1;
  const series: ChartSeries[] = experiment.runs.flatMap((run, index) => {
    const label = run.label ?? run.optimizer.name;
    const column = (read: "testAccuracy" | "trainAccuracy") =>
      spread(player.evaluations, history.length, (row) => row.runs[index]?.[read]);
    const test = { label: several ? label : "test", run: index, values: column("testAccuracy") };
    const train = { label: "train", run: index + 1, values: column("trainAccuracy") };
    return several ? [test] : [test, train];
  });
  return chart(context, several ? "test accuracy" : "accuracy", series, { axis: "linear" });
}

/** The rows' values at their steps, and straight lines between them. */
function spread(
  rows: readonly EvaluationRow[],
  length: number,
  read: (row: EvaluationRow) => number | undefined,
): Float64Array {
  const values = new Float64Array(length).fill(NaN);
  rows.forEach((row, index) => {
    const next = rows[index + 1];
    const from = read(row);
    const to = next === undefined ? undefined : read(next);
    if (from === undefined) return;
    if (row.step < length) values[row.step] = from;
    if (next === undefined || to === undefined) return;
    for (let step = row.step + 1; step < Math.min(next.step, length); step++) {
      values[step] = from + ((to - from) * (step - row.step)) / (next.step - row.step);
    }
  });
  return values;
}

function latest(rows: readonly EvaluationRow[], step: number): EvaluationRow | null {
  return [...rows].reverse().find((row) => row.step <= step) ?? null;
}
