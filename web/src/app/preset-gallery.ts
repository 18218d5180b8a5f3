// SPDX-License-Identifier: MIT
/** Experiments to begin with, each with a small drawing of what it is about. */

import { html, type TemplateResult } from "lit";
import { presets, type Preset } from "../experiment/presets.js";
import type { ViewContext } from "../views/context.js";
import "./preset-picture.js";
import { sheet } from "./sheet.js";

const topics = [...new Set(presets.map(({ topic }) => topic))];

export function presetGallery(
  context: ViewContext,
  close: () => void,
  toChallenges: () => void,
): TemplateResult {
  return sheet(
    "Presets",
    close,
    html`<p class="gallery-lead">
        To look at. To mend one yourself, take a
        <button class="lead-link" @click=${toChallenges}>challenge</button>.
      </p>
      ${topics.map(
        (title) =>
          html`<section aria-label=${title}>
            <h3>${title}</h3>
            <ul class="gallery">
              ${presets
                .filter(({ topic }) => topic === title)
                .map((preset) => card(context, preset, close))}
            </ul>
          </section>`,
      )}`,
    "wide",
  );
}

function card(
  { dispatch, engine, registry, player }: ViewContext,
  { view, title, text, experiment }: Preset,
  close: () => void,
): TemplateResult {
  const open = (event: Event) => {
    (event.currentTarget as Element).closest("dialog")?.close();
    close();
    player.pause();
    dispatch({ type: "open", view, experiment });
  };
  return html`<li>
    <button class="card" @click=${open}>
      <step-lab-preset-picture
        .experiment=${experiment}
        .engine=${engine}
        .registry=${registry}
      ></step-lab-preset-picture>
      <b>${title}</b>
      <span>${text}</span>
    </button>
  </li>`;
}
