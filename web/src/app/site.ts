// SPDX-License-Identifier: MIT
/** The site: the page with its address, its theme and the whole document's keys. */

import type { Engine } from "../engine/types.js";
import type { Theme } from "../elements/mounted-view.js";
import { hashOf, stateOf } from "./address.js";
import { saveCsv } from "./download.js";
import { adoptTokens, mountState } from "./mount.js";
import { keepViews, withKeptViews } from "./other-views.js";
import type { StepLabPage } from "./page.js";
import { readSetting, writeSetting } from "./settings-store.js";
import { siteStyles } from "./site-styles.js";

/** Takes the document over; `starting` is the engine, which may fail to come. */
export async function openSite(starting: Promise<Engine>): Promise<void> {
  adoptTokens(document);
  document.adoptedStyleSheets.push(siteStyles.styleSheet!);
  try {
    const engine = await starting;
    const state = await withKeptViews(await stateOf(location.hash, engine), engine);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const { page, setTheme } = await mountState(
      {
        root: document.body,
        engine,
        controls: "full",
        theme: storedTheme(),
        // The state's own listener, below, sees every step.
        onStep: () => {},
        onError: () => {},
      },
      state,
      (page) => {
        page.keyScope = document;
        page.pinned = true;
        page.consults = true;
        page.autoplay = !still;
      },
    );
    page.onTheme = (theme) => {
      setTheme(theme);
      writeSetting("theme", theme);
    };
    page.store.subscribe(() => remember(page));
    page.addEventListener("download-csv", (event) => saveCsv(event.detail));
    addEventListener("hashchange", () => void followAddress(page));
  } catch (failure) {
    showFailure(failure);
  }
}

let written = location.hash;
let waiting = false;

/** Writes the state into the address, four times a second at most: browsers refuse more. */
function remember(page: StepLabPage): void {
  if (waiting) return;
  waiting = true;
  setTimeout(async () => {
    waiting = false;
    keepViews(page.store.state);
    const hash = await hashOf(page.store.state);
    // Another link came in meanwhile: it is followed, not overwritten.
    if (hash === null || location.hash !== written) return;
    if (`#${hash}` === written) return;
    written = `#${hash}`;
    history.replaceState(null, "", written);
  }, 250);
}

/** Someone put another link into the address. */
async function followAddress(page: StepLabPage): Promise<void> {
  if (location.hash === written) return;
  written = location.hash;
  const { view, documents, notice, challenge } = await stateOf(location.hash, page.engine);
  page.store.dispatch({
    type: "open",
    view,
    ...documents[view],
    challenge: challenge?.id ?? null,
  });
  page.store.dispatch({ type: "notice", notice });
}

function storedTheme(): Theme {
  const theme = readSetting("theme");
  return theme === "light" || theme === "dark" ? theme : "auto";
}

/** Without an engine there is no page: says what to do instead of staying blank. */
function showFailure(failure: unknown): void {
  const reason = failure instanceof Error ? failure.message : String(failure);
  const message = document.createElement("div");
  message.className = "failure";
  message.setAttribute("role", "alert");
  for (const [element, text] of [
    ["h1", "StepLab could not start"],
    ["p", reason],
    ["p", "Reload the page. If that does not help, the browser may be too old for WebAssembly."],
  ] as const) {
    const part = document.createElement(element);
    part.textContent = text;
    message.append(part);
  }
  document.body.append(message);
}
