// SPDX-License-Identifier: MIT
/** The page's state as the address' hash, and back: a reload or a link loses nothing. */

import type { Challenge } from "../challenges/challenge.js";
import type { Engine } from "../engine/types.js";
import { decodeLink, encodeLink, type Link } from "../experiment/link.js";
import type { Experiment } from "../experiment/experiment.generated.js";
import { firstPreset, presets } from "../experiment/presets.js";
import type { ViewName } from "../elements/mounted-view.js";
import {
  currentDocument,
  speedOf,
  start,
  type Document,
  type PageState,
  type Scale,
} from "../state/page-state.js";
import { speeds } from "../state/speeds.js";

/** More than any tensor of a model here has. */
const mostElements = 1e8;

/** The state of a page that no link led to. */
export function freshState(): PageState {
  const opening = (view: ViewName): Document => ({
    experiment: firstPreset(view).experiment,
    cursor: start,
  });
  return {
    view: "loop",
    documents: { loop: opening("loop"), race: opening("race"), train: opening("train") },
    past: [],
    future: [],
    editing: null,
    scale: "log",
    run: 0,
    parameter: null,
    element: 0,
    card: false,
    aside: "rule",
    quiz: false,
    challenge: null,
    speed: speedOf(firstPreset("loop").experiment),
    opened: 0,
    notice: null,
  };
}

/** The hash for a state; null when the experiment is too large for a link. */
export async function hashOf(state: PageState): Promise<string | null> {
  const { experiment, cursor } = currentDocument(state);
  const preset = presets.find((candidate) => candidate.experiment === experiment);
  const link: Link = {
    ...(preset === undefined ? { experiment } : { preset: preset.id }),
    view: state.view,
    ...(cursor.step === 0 ? {} : { step: cursor.step }),
    ...(cursor.instruction === 0 ? {} : { instruction: cursor.instruction }),
    settings: {
      ...(state.scale === "linear" ? { scale: "linear" } : {}),
      ...(state.run === 0 ? {} : { run: String(state.run) }),
      ...(state.parameter === null ? {} : { parameter: state.parameter }),
      ...(state.element === 0 ? {} : { element: String(state.element) }),
      ...(state.card ? { card: "open" } : {}),
      ...(state.aside === "rule" ? {} : { aside: state.aside }),
      ...(state.challenge === null ? {} : { challenge: state.challenge.id }),
      ...(state.speed === speedOf(experiment) ? {} : { speed: String(state.speed) }),
    },
  };
  const result = await encodeLink(link);
  return result.ok ? result.value : null;
}

/** The state that a hash leads to; a bad link leads to the fresh state, with a notice that says why. */
export async function stateOf(hash: string, engine: Engine): Promise<PageState> {
  const fresh = freshState();
  if (hash.replace("#", "") === "") return fresh;
  const result = await decodeLink(hash);
  if (!result.ok) return refused(fresh, result.error.message);
  const link = result.value;
  const preset = presets.find(({ id }) => id === link.preset);
  if (link.preset !== undefined && link.experiment === undefined && preset === undefined) {
    return refused(fresh, `there is no preset "${link.preset.slice(0, 40)}".`);
  }
  const id = link.settings?.["challenge"];
  const challenge = id === undefined ? null : await challengeOfId(id);
  if (id !== undefined && challenge === null && link.experiment === undefined) {
    return refused(fresh, `there is no challenge "${id.slice(0, 40)}".`);
  }
  const broken = challenge?.experiment ?? fresh.documents.loop.experiment;
  const documents = { ...fresh.documents, loop: { experiment: broken, cursor: start } };
  const view = link.view ?? preset?.view ?? fresh.view;
  const experiment = link.experiment ?? preset?.experiment ?? documents[view].experiment;
  const fault = await engine.checkExperiment(experiment);
  if (fault !== null) return refused(fresh, `${fault.path} ${fault.message}`.trim());
  const cursor = { step: link.step ?? 0, instruction: link.instruction ?? 0 };
  return {
    ...fresh,
    view,
    documents: { ...documents, [view]: { experiment, cursor } },
    challenge: challenge === null ? null : { id: challenge.id, doctor: false },
    ...settingsOf(link, experiment),
  };
}

/** The challenges are loaded for a link that names one. */
async function challengeOfId(id: string): Promise<Challenge | null> {
  const { challengeOf } = await import("../challenges/catalogue.js");
  return challengeOf(id);
}

function settingsOf(
  { settings = {} }: Link,
  experiment: Experiment,
): Pick<PageState, "scale" | "run" | "parameter" | "element" | "card" | "aside" | "speed"> {
  const scale: Scale = settings["scale"] === "linear" ? "linear" : "log";
  return {
    scale,
    run: within(settings["run"], experiment.runs.length, 0),
    parameter: settings["parameter"]?.slice(0, 80) ?? null,
    element: within(settings["element"], mostElements, 0),
    card: settings["card"] === "open",
    aside: settings["aside"] === "wiring" ? "wiring" : "rule",
    speed: within(settings["speed"], speeds.length, speedOf(experiment)),
  };
}

function within(text: string | undefined, count: number, fallback: number): number {
  const number = Number(text ?? NaN);
  return Number.isInteger(number) && number >= 0 && number < count ? number : fallback;
}

function refused(fresh: PageState, reason: string): PageState {
  return {
    ...fresh,
    notice: `This link could not be opened: ${reason.replace(/\.?$/, ".")} Here is the default instead.`,
  };
}
