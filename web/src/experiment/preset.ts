// SPDX-License-Identifier: MIT
/** An experiment worth opening. */

import type { ViewName } from "../elements/mounted-view.js";
import type { Experiment, Problem } from "./experiment.generated.js";

export interface Preset {
  /** Stable: tests and lessons refer to it. */
  readonly id: string;
  readonly view: ViewName;
  /** The heading that it stands under in the gallery. */
  readonly topic: string;
  readonly title: string;
  /** One sentence: what to look for. */
  readonly text: string;
  readonly experiment: Experiment;
}

/** Eight times as steep one way as the other, and nothing else: what goes wrong here is the loop. */
export const valley: Problem = {
  kind: "surface",
  formula: "0.5*x^2 + 4*y^2",
  start: [-4.2, 1.35],
  view: [-5.2, 5.2, -2.6, 2.6],
};
