// SPDX-License-Identifier: MIT
/** What the public element asks of the views, and what it gives them. `app/mount.ts` keeps this contract. */

import type { StepLabError } from "../engine/errors.js";
import type { Engine, Experiment, Frame } from "../engine/types.js";
import type { ViewName } from "../experiment/link.js";

export type { ViewName };
/** full: everything; basic: the transport and the picture; none: the picture alone. */
export type Controls = "full" | "basic" | "none";
export type Theme = "auto" | "light" | "dark";

export interface MountOptions {
  /** Where the view is built; it must add no `<style>`, which a strict policy refuses. */
  readonly root: HTMLElement | ShadowRoot;
  readonly engine: Engine;
  readonly experiment: Experiment;
  readonly view: ViewName;
  readonly controls: Controls;
  readonly theme: Theme;
  /** The step to show first; default 0. */
  readonly step?: number;
  /** Called whenever the shown session moved, at most once per animation frame. */
  readonly onStep: (frame: Frame) => void;
  readonly onError: (error: StepLabError) => void;
}

/** A view in place; the transport, whoever moves it, is the view's. */
export interface MountedView {
  /** The experiment as the reader has changed it. */
  readonly experiment: Experiment;
  /** Both resolve once the step is on the screen and reject with a StepLabError. */
  advance(iterations: number): Promise<Frame>;
  rewind(step: number): Promise<Frame>;
  setTheme(theme: Theme): void;
  /** Frees the session and takes everything out of the root. */
  destroy(): void;
}

/** Resolves when the session exists and the first frame is drawn; rejects with a StepLabError. */
export type Mount = (options: MountOptions) => Promise<MountedView>;
