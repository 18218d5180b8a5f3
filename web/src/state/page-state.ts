// SPDX-License-Identifier: MIT
/** What the page shows, and every way in which it may change: one reducer, with undo. */

import type { ViewName } from "../elements/mounted-view.js";
import type { Experiment } from "../experiment/experiment.generated.js";
import { speedFor } from "./speeds.js";

export type Scale = "linear" | "log";

/** What stands under the parameter table. */
export type Aside = "rule" | "wiring";

/** A place in a session: an iteration and a line within it. */
export interface Cursor {
  readonly step: number;
  readonly instruction: number;
}

/** An experiment as a view last showed it. */
export interface Document {
  readonly experiment: Experiment;
  readonly cursor: Cursor;
}

/** A broken run that the reader is mending, in the Loop view. */
export interface OpenChallenge {
  readonly id: string;
  /** Whether the doctor may speak before it is mended. */
  readonly doctor: boolean;
}

/** One entry of the undo history. */
interface Snapshot {
  readonly view: ViewName;
  readonly experiment: Experiment;
  readonly challenge: OpenChallenge | null;
}

export interface PageState {
  readonly view: ViewName;
  /** Every view keeps its experiment, so that changing views loses nothing. */
  readonly documents: Readonly<Record<ViewName, Document>>;
  readonly past: readonly Snapshot[];
  readonly future: readonly Snapshot[];
  /** What the last edit was about; edits of one thing in a row undo as one. */
  readonly editing: string | null;
  /** The vertical axis of the charts that offer a choice. */
  readonly scale: Scale;
  /** The run whose settings, table and formula are shown. */
  readonly run: number;
  /** The parameter whose update is spelt out; null is the first. */
  readonly parameter: string | null;
  /** Which of its elements, in row-major order. */
  readonly element: number;
  /** Whether the optimizer's card stands beside the charts. */
  readonly card: boolean;
  readonly aside: Aside;
  /** Whether the reader is asked which loops are the same. */
  readonly quiz: boolean;
  /** What the Loop view's experiment is a solution of. */
  readonly challenge: OpenChallenge | null;
  /** Index into `speeds`. */
  readonly speed: number;
  /** Counts the experiments that were opened, to tell them from edits. */
  readonly opened: number;
  /** Something the reader should know, with no harm done. */
  readonly notice: string | null;
}

export type Action =
  | { readonly type: "show"; readonly view: ViewName }
  /** Changes the experiment at hand; edits with the same `about` in a row undo as one. */
  | { readonly type: "edit"; readonly experiment: Experiment; readonly about?: string }
  /** Opens another experiment from its start, or where a link says; in the Loop view perhaps as a challenge. */
  | {
      readonly type: "open";
      readonly view: ViewName;
      readonly experiment: Experiment;
      readonly cursor?: Cursor;
      readonly challenge?: string | null;
    }
  | { readonly type: "moved"; readonly cursor: Cursor }
  | { readonly type: "undo" }
  | { readonly type: "redo" }
  | { readonly type: "scale"; readonly scale: Scale }
  | { readonly type: "run"; readonly run: number }
  | { readonly type: "parameter"; readonly parameter: string }
  | { readonly type: "element"; readonly element: number }
  | { readonly type: "card"; readonly card: boolean }
  | { readonly type: "aside"; readonly aside: Aside }
  | { readonly type: "quiz"; readonly quiz: boolean }
  | { readonly type: "challenge"; readonly challenge: OpenChallenge | null }
  | { readonly type: "speed"; readonly speed: number }
  | { readonly type: "notice"; readonly notice: string | null };

export const start: Cursor = { step: 0, instruction: 0 };

/** The schema's default. */
const defaultSteps = 500;

/** How many changes can be taken back. */
const undoDepth = 200;

/** The experiment of the view that is shown. */
export function currentDocument(state: PageState): Document {
  return state.documents[state.view];
}

export function reduce(state: PageState, action: Action): PageState {
  switch (action.type) {
    case "show":
      return {
        ...state,
        view: action.view,
        run: 0,
        parameter: null,
        element: 0,
        editing: null,
        notice: null,
        speed: speedOf(state.documents[action.view].experiment),
      };
    case "edit":
      return edit(state, action.experiment, action.about ?? null);
    case "open":
      return {
        ...remember(state),
        ...place(state, action.view, action.experiment, action.cursor ?? start),
        run: 0,
        parameter: null,
        element: 0,
        notice: null,
        opened: state.opened + 1,
        speed: speedOf(action.experiment),
        challenge: action.view === "loop" ? opened(action.challenge) : state.challenge,
      };
    case "moved":
      return {
        ...state,
        documents: {
          ...state.documents,
          [state.view]: { ...currentDocument(state), cursor: action.cursor },
        },
      };
    case "undo":
      return travel(state, "past", "future");
    case "redo":
      return travel(state, "future", "past");
    case "scale":
      return { ...state, scale: action.scale };
    case "run":
      return { ...state, run: action.run };
    case "parameter":
      return { ...state, parameter: action.parameter, element: 0 };
    case "element":
      return { ...state, element: action.element };
    case "card":
      return { ...state, card: action.card };
    case "aside":
      return { ...state, aside: action.aside };
    case "quiz":
      return { ...state, quiz: action.quiz };
    case "challenge":
      return { ...state, challenge: action.challenge };
    case "speed":
      return { ...state, speed: action.speed };
    case "notice":
      return { ...state, notice: action.notice };
  }
}

/** The speed to begin an experiment with. */
export function speedOf(experiment: Experiment): number {
  return speedFor(experiment.steps ?? defaultSteps);
}

function edit(state: PageState, experiment: Experiment, about: string | null): PageState {
  const merged = about !== null && about === state.editing;
  return {
    ...(merged ? { ...state, future: [] } : remember(state)),
    ...place(state, state.view, experiment, currentDocument(state).cursor),
    editing: about,
    // What was wrong with the document before; if it still is, it will be said again.
    notice: null,
    run: Math.min(state.run, experiment.runs.length - 1),
  };
}

function remember(state: PageState): PageState {
  return {
    ...state,
    past: [...state.past, snapshot(state)].slice(-undoDepth),
    future: [],
    editing: null,
  };
}

function opened(id: string | null | undefined): OpenChallenge | null {
  return id === null || id === undefined ? null : { id, doctor: false };
}

function snapshot(state: PageState): Snapshot {
  const { view, challenge } = state;
  return { view, challenge, experiment: currentDocument(state).experiment };
}

function place(
  state: PageState,
  view: ViewName,
  experiment: Experiment,
  cursor: Cursor,
): Pick<PageState, "view" | "documents"> {
  return { view, documents: { ...state.documents, [view]: { experiment, cursor } } };
}

function travel(state: PageState, from: "past" | "future", to: "past" | "future"): PageState {
  const target = state[from].at(-1);
  if (target === undefined) return state;
  return {
    ...state,
    [from]: state[from].slice(0, -1),
    [to]: [...state[to], snapshot(state)],
    ...place(state, target.view, target.experiment, state.documents[target.view].cursor),
    challenge: target.challenge,
    editing: null,
    notice: null,
    run: Math.min(state.run, target.experiment.runs.length - 1),
  };
}
