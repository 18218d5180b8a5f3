// SPDX-License-Identifier: MIT
/** What a view is given: everything there is to show, and the ways to change it. */

import type { Controls } from "../elements/mounted-view.js";
import type { Engine, Frame, Registry } from "../engine/types.js";
import type { Experiment } from "../experiment/experiment.generated.js";
import type { Doctor } from "../state/doctor.js";
import type { HistoryBuffer } from "../state/history-buffer.js";
import type { Action, PageState } from "../state/page-state.js";
import type { Pictures } from "../state/pictures.js";
import type { Player } from "../state/player.js";

/** A view that can be drawn: the session exists. */
export interface ViewContext {
  readonly state: PageState;
  readonly experiment: Experiment;
  readonly engine: Engine;
  readonly registry: Registry;
  readonly player: Player;
  readonly frame: Frame;
  readonly history: HistoryBuffer;
  readonly pictures: Pictures;
  readonly doctor: Doctor;
  readonly controls: Controls;
  readonly dispatch: (action: Action) => void;
  /** Changes the experiment; edits with the same `about` in a row undo as one. */
  readonly edit: (experiment: Experiment, about?: string) => void;
  /** Says something to those who cannot see it. */
  readonly announce: (text: string) => void;
}
