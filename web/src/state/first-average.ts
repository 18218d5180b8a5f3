// SPDX-License-Identifier: MIT
/** An average of weights to begin with: PyTorch's defaults suit millions of steps, these the experiment's. */

import type { AverageInfo } from "../engine/types.js";
import type { Average } from "../experiment/experiment.generated.js";

export function firstAverage({ name }: AverageInfo, steps: number): Average {
  switch (name) {
    case "EMA":
      // A memory of about a tenth of the run.
      return { name, decay: Number(Math.min(0.999, Math.max(0.5, 1 - 10 / steps)).toPrecision(3)) };
    case "SWA":
      // From the middle on: what came before is on its way, not around the goal.
      return { name, start: Math.floor(steps / 2) };
    default:
      return { name };
  }
}
