// SPDX-License-Identifier: MIT
/** The address holds the view that is shown; this keeps the other views' experiments over a reload. */

import type { ViewName } from "../elements/mounted-view.js";
import type { Engine } from "../engine/types.js";
import { parseExperiment, VIEWS } from "../experiment/link.js";
import { presets } from "../experiment/presets.js";
import type { Document, PageState } from "../state/page-state.js";

const key = (view: ViewName) => `step-lab-${view}`;
/** What a browser should not be asked to keep, in characters. */
const largest = 65_536;

export function keepViews({ documents }: PageState): void {
  for (const view of VIEWS) {
    const { experiment, cursor } = documents[view];
    const text = JSON.stringify({ experiment, step: cursor.step });
    if (text.length > largest) continue;
    try {
      sessionStorage.setItem(key(view), text);
    } catch {
      // A frame may forbid storage: then a reload forgets the other views.
      return;
    }
  }
}

/** The state with what was kept of the views that the address says nothing of. */
export async function withKeptViews(state: PageState, engine: Engine): Promise<PageState> {
  const documents = { ...state.documents };
  for (const view of VIEWS) {
    if (view === state.view) continue;
    documents[view] = (await kept(view, engine)) ?? documents[view];
  }
  return { ...state, documents };
}

async function kept(view: ViewName, engine: Engine): Promise<Document | null> {
  let text: string | null = null;
  try {
    text = sessionStorage.getItem(key(view));
  } catch {
    return null;
  }
  const found = text === null ? null : parseExperiment(text);
  if (found === null || !found.ok) return null;
  const { experiment, step } = found.value as unknown as { experiment: unknown; step: unknown };
  if ((await engine.checkExperiment(experiment)) !== null) return null;
  const written = JSON.stringify(experiment);
  const preset = presets.find((candidate) => JSON.stringify(candidate.experiment) === written);
  return {
    experiment: preset?.experiment ?? (experiment as Document["experiment"]),
    cursor: { step: Number.isInteger(step) ? (step as number) : 0, instruction: 0 },
  };
}
