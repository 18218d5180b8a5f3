// SPDX-License-Identifier: MIT
/** From the session's history to what charts and trails are drawn of. */

import type { ChartSeries } from "../charts/line-chart.js";
import type { Trail } from "../charts/surface-picture.js";
import type { Experiment } from "../experiment/experiment.generated.js";
import type { HistoryBuffer, ParameterColumn } from "../state/history-buffer.js";

export type Quantity = "loss" | "gradNorm" | "updateNorm" | "lr";

/** One series a run. */
export function seriesOf(history: HistoryBuffer, quantity: Quantity): readonly ChartSeries[] {
  return history.runs.map((run, index) => ({
    label: run.label,
    run: index,
    values: known(history, run[quantity]),
  }));
}

/**
 * Every run's loss, and after it that of its averaged weights where it keeps an average. Not on mini-batches: there both
 * are the noise of the same batches, and scores on whole sets tell more.
 */
export function lossSeries(history: HistoryBuffer, experiment: Experiment): readonly ChartSeries[] {
  const losses = seriesOf(history, "loss");
  if (experiment.problem.kind === "task") return losses;
  return losses.flatMap((own) => {
    const average = history.runs[own.run]?.average ?? null;
    return average === null
      ? [own]
      : [own, { ...averaged(own, experiment), values: known(history, average.loss) }];
  });
}

/** One series a run of the parameter at an index, and of its average. */
export function parameterSeries(
  history: HistoryBuffer,
  experiment: Experiment,
  parameter: number,
): readonly ChartSeries[] {
  return history.runs.flatMap((run, index) => {
    const own = { label: run.label, run: index };
    const values = run.parameters[parameter]?.values;
    const average = run.average?.parameters[parameter]?.values;
    return [
      ...(values === undefined ? [] : [{ ...own, values: known(history, values) }]),
      ...(average === undefined
        ? []
        : [{ ...averaged(own, experiment), values: known(history, average) }]),
    ];
  });
}

/** The ways of all runs over a surface, and those of their averages. */
export function trailsOf(history: HistoryBuffer, experiment: Experiment): readonly Trail[] {
  return history.runs.flatMap((run, index) => {
    const own = { label: run.label, run: index };
    const trail = { ...own, ...way(history, run.parameters) };
    return run.average === null
      ? [trail]
      : [trail, { ...averaged(own, experiment), ...way(history, run.average.parameters) }];
  });
}

/** What a run's average is called, and that it is one. */
export function averaged(
  { label, run }: { readonly label: string; readonly run: number },
  experiment: Experiment,
): { readonly label: string; readonly run: number; readonly average: true } {
  const name = experiment.runs[run]?.average?.name ?? "average";
  return { label: `${name} of ${label}`, run, average: true };
}

function known(history: HistoryBuffer, column: Float64Array): Float64Array {
  return column.subarray(0, history.length);
}

function way(
  history: HistoryBuffer,
  parameters: readonly ParameterColumn[],
): Pick<Trail, "x" | "y"> {
  const [x, y] = [0, 1].map((index) => parameters[index]?.values ?? new Float64Array());
  return { x: known(history, x!), y: known(history, y!) };
}
