// SPDX-License-Identifier: MIT
/** Puts the page, or one view of it, into any root: the document's body or an embed's shadow. */

import { tokens } from "../components/tokens.js";
import type { Mount, MountOptions, Theme } from "../elements/mounted-view.js";
import { StepLabError } from "../engine/errors.js";
import { currentDocument, start, type PageState } from "../state/page-state.js";
import { freshState } from "./address.js";
import { StepLabPage } from "./page.js";

export const mount: Mount = async (options) => {
  const state = freshState();
  const cursor = { ...start, step: options.step ?? 0 };
  return mountState(options, {
    ...state,
    view: options.view,
    documents: {
      ...state.documents,
      [options.view]: { experiment: options.experiment, cursor },
    },
  });
};

/** What the site adds to an embed: a whole state to begin with, and the page itself to listen to. */
export async function mountState(
  options: Omit<MountOptions, "experiment" | "view" | "step">,
  state: PageState,
  prepare: (page: StepLabPage) => void = () => {},
) {
  const { root, engine } = options;
  adoptTokens(root);
  const page = new StepLabPage();
  page.controls = options.controls;
  page.onStep = options.onStep;
  page.onFailure = options.onError;
  const setTheme = (theme: Theme) => {
    page.theme = theme;
    applyTheme(root, theme);
  };
  page.onTheme = setTheme;
  setTheme(options.theme);
  prepare(page);
  root.append(page);
  try {
    await page.begin(engine, state);
  } catch (failure) {
    page.destroy();
    throw failure;
  }
  /** Goes to a step and tells what is shown there. */
  const goTo = async (step: number) => {
    page.player.pause();
    await page.player.seek({ step, instruction: 0 });
    const { frame } = page.player;
    if (frame === null) throw StepLabError.of("disposed", "This view was taken away.");
    return frame;
  };
  return {
    page,
    get experiment() {
      return currentDocument(page.store.state).experiment;
    },
    advance: (iterations: number) => goTo(page.player.cursor.step + iterations),
    rewind: goTo,
    setTheme,
    destroy: () => page.destroy(),
  };
}

/** Shared by every page in one root. */
function adoptTokens(root: HTMLElement | ShadowRoot): void {
  const scope = root instanceof ShadowRoot ? root : root.ownerDocument;
  const sheet = tokens.styleSheet!;
  if (!scope.adoptedStyleSheets.includes(sheet)) scope.adoptedStyleSheets.push(sheet);
}

function applyTheme(root: HTMLElement | ShadowRoot, theme: Theme): void {
  if (root instanceof ShadowRoot) {
    if (theme === "auto") root.host.removeAttribute("theme");
    else root.host.setAttribute("theme", theme);
    return;
  }
  const { documentElement } = root.ownerDocument;
  if (theme === "auto") delete documentElement.dataset["theme"];
  else documentElement.dataset["theme"] = theme;
}
