// SPDX-License-Identifier: MIT
/** The loss where a run on a surface ends: not what the loop last printed, which a line may have divided. */

import type { Engine, Frame } from "../engine/types.js";
import type { Experiment } from "../experiment/experiment.generated.js";
import { surfaceOf } from "../state/edits.js";

export async function lossOf(
  experiment: Experiment,
  { runs }: Frame,
  engine: Pick<Engine, "evaluateSurface" | "registry">,
): Promise<number> {
  const surface = surfaceOf(experiment, await engine.registry());
  const [x, y] = runs[0]!.parameters.map(({ value }) => value[0]);
  if (surface === null || x === undefined || y === undefined) return NaN;
  if (!Number.isFinite(x) || !Number.isFinite(y)) return Infinity;
  // The first point of a grid is its lower left corner.
  const view = [x, x + Math.abs(x) + 1, y, y + Math.abs(y) + 1] as const;
  const values = await engine.evaluateSurface(surface.formula, { view, columns: 2, rows: 2 });
  return values[0] ?? NaN;
}
