// SPDX-License-Identifier: MIT
/**
 * The element for hosts that take frames only: `embed-frame.html#…` shows what the page shows under the
 * same hash; `controls` and `theme` may be added to it. Tells its parent its height, and nothing else,
 * as `{source: "step-lab", height}`.
 */

import { decodeLink, type Link } from "../experiment/link.js";
import { presets } from "../experiment/presets.js";
import "./step-lab.js";

const MIN_HEIGHT = 120;
const MAX_HEIGHT = 4000;

function elementFor(link: Link): HTMLElement {
  const element = document.createElement("step-lab");
  const preset = presets.find(({ id }) => id === link.preset) ?? presets[0];
  const experiment = link.experiment ?? preset?.experiment;
  if (experiment) element.experiment = experiment;
  const view = link.view ?? preset?.view;
  if (view) element.view = view;
  if (link.step) element.step = link.step;
  for (const name of ["controls", "theme"]) {
    const value = link.settings?.[name];
    if (value !== undefined) element.setAttribute(name, value);
  }
  return element;
}

async function show(): Promise<void> {
  const link = await decodeLink(location.hash);
  if (link.ok) {
    document.body.replaceChildren(elementFor(link.value));
    return;
  }
  const message = document.createElement("p");
  message.setAttribute("role", "alert");
  message.textContent = link.error.message;
  document.body.replaceChildren(message);
}

function tellHeight(): void {
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  const clamped = Math.min(Math.max(height, MIN_HEIGHT), MAX_HEIGHT);
  // To whoever holds the frame: a height is nobody's secret.
  parent.postMessage({ source: "step-lab", height: clamped }, "*");
}

addEventListener("hashchange", () => void show());
if (parent !== window) new ResizeObserver(tellHeight).observe(document.body);
await show();
