// SPDX-License-Identifier: MIT
/** Train: a real model on real data. */

import { html, nothing, type TemplateResult } from "lit";
import type { ChartSeries } from "../charts/line-chart.js";
import type { Evaluation, Scores } from "../engine/types.js";
import { firstPreset } from "../experiment/presets.js";
import { labelOf } from "../state/edits.js";
import type { EvaluationRow } from "../state/evaluations.js";
import { cardColumn } from "./card-column.js";
import type { ViewContext } from "./context.js";
import { parameterTable } from "./inspector.js";
import { mainFigure } from "./main-figure.js";
import { problemSettings } from "./problem-settings.js";
import { chart, gradientChart, lossChart } from "./run-charts.js";
import { runSettings } from "./run-settings.js";
import { averaged } from "./series.js";

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
        const evaluation = row?.runs[index];
        const own = { label: labelOf(run), run: index };
        return html`${scoreRow(own, evaluation)}
        ${
          run.average === undefined
            ? nothing
            : scoreRow(averaged(own, experiment), evaluation?.average)
        }`;
      })}
    </tbody>
  </table>`;
}

function scoreRow(
  { label, run }: { readonly label: string; readonly run: number },
  scores: Scores | null | undefined,
): TemplateResult {
  return html`<tr>
    <th scope="row" class="run-${(run % 8) + 1}">${label}</th>
    <td class="large">${percent(scores?.testAccuracy)}</td>
    <td>${percent(scores?.trainAccuracy)}</td>
    <td>${scores?.testLoss.toFixed(3) ?? "–"}</td>
  </tr>`;
}

function percent(share: number | undefined): string {
  return share === undefined ? "–" : `${(share * 100).toFixed(1)} %`;
}

/** Accuracy of every run on the train and the test set; train takes the style after the run's. */
function accuracyChart(context: ViewContext): TemplateResult {
  const { player, experiment, history } = context;
  const several = experiment.runs.length > 1;
  const series: ChartSeries[] = experiment.runs.flatMap((run, index) => {
    const own = { label: labelOf(run), run: index };
    const column = (read: (scores: Evaluation) => number | undefined) =>
      spread(player.evaluations, history.length, ({ runs }) => {
        const scores = runs[index];
        return scores ? read(scores) : undefined;
      });
    const test = column(({ testAccuracy }) => testAccuracy);
    const average: ChartSeries[] =
      run.average === undefined
        ? []
        : [
            {
              ...averaged(own, experiment),
              ...(several ? {} : { label: `${run.average.name} test` }),
              values: column((scores) => scores.average?.testAccuracy),
            },
          ];
    if (several) return [{ ...own, values: test }, ...average];
    const train = column(({ trainAccuracy }) => trainAccuracy);
    return [
      { label: "test", run: index, values: test },
      ...average,
      { label: "train", run: index + 1, values: train },
    ];
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
