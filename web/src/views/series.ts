// SPDX-License-Identifier: MIT
/** From the session's history to what charts and trails are drawn of. */

import type { ChartSeries } from "../charts/line-chart.js";
import type { Trail } from "../charts/surface-picture.js";
import type { HistoryBuffer, RunColumns } from "../state/history-buffer.js";

export type Quantity = "loss" | "gradNorm" | "updateNorm" | "lr";

/** One series a run. */
export function seriesOf(history: HistoryBuffer, quantity: Quantity): readonly ChartSeries[] {
  return history.runs.map((run, index) => ({
    label: run.label,
    run: index,
    values: known(history, run[quantity]),
  }));
}

/** One series a run of the parameter at an index. */
export function parameterSeries(history: HistoryBuffer, parameter: number): readonly ChartSeries[] {
  return history.runs.flatMap((run, index) => {
    const values = run.parameters[parameter]?.values;
    return values === undefined
      ? []
      : [{ label: run.label, run: index, values: known(history, values) }];
  });
}

/** The ways of all runs over a surface. */
export function trailsOf(history: HistoryBuffer): readonly Trail[] {
  return history.runs.map((run, index) => ({
    label: run.label,
    run: index,
    x: known(history, coordinate(run, 0)),
    y: known(history, coordinate(run, 1)),
  }));
}

function known(history: HistoryBuffer, column: Float64Array): Float64Array {
  return column.subarray(0, history.length);
}

function coordinate(run: RunColumns, index: number): Float64Array {
  return run.parameters[index]?.values ?? new Float64Array();
}
