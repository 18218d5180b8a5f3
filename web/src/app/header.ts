// SPDX-License-Identifier: MIT
/** Name, views, and the few things that concern the whole page. */

import { html, type TemplateResult } from "lit";
import type { Theme, ViewName } from "../elements/mounted-view.js";
import type { StepLabPage } from "./page.js";

const views: readonly { readonly name: ViewName; readonly title: string }[] = [
  { name: "loop", title: "Loop" },
  { name: "race", title: "Race" },
  { name: "train", title: "Train" },
];

const themes: readonly { readonly name: Theme; readonly title: string; readonly sign: string }[] = [
  { name: "auto", title: "like the system", sign: "◐" },
  { name: "light", title: "light", sign: "○" },
  { name: "dark", title: "dark", sign: "●" },
];

export function header(page: StepLabPage): TemplateResult {
  const { state } = page.store;
  const theme = themes.findIndex(({ name }) => name === page.theme);
  const next = themes[(theme + 1) % themes.length]!;
  return html`<header>
    <h1 class="brand">StepLab <small>what optimizer.step() really does</small></h1>
    <nav aria-label="Views">
      ${views.map(
        ({ name, title }) =>
          html`<button
            aria-current=${state.view === name ? "page" : "false"}
            @click=${() => page.store.dispatch({ type: "show", view: name })}
          >
            ${title}
          </button>`,
      )}
      <button class="challenges" aria-haspopup="dialog" @click=${() => (page.sheet = "challenges")}>
        Challenges
      </button>
    </nav>
    <div class="tools">
      <button class="quiet" @click=${() => (page.sheet = "presets")}>Presets</button>
      <button
        class="quiet icon"
        aria-label="Theme: ${themes[theme]!.title}; switch to ${next.title}"
        title="Theme: ${themes[theme]!.title}"
        @click=${() => page.onTheme(next.name)}
      >
        ${themes[theme]!.sign}
      </button>
      <button
        class="quiet icon"
        aria-label="Keys"
        title="Keys (?)"
        @click=${() => (page.sheet = "keys")}
      >
        ?
      </button>
      <button title="Link, embed, PyTorch script" @click=${() => (page.sheet = "share")}>
        Share
      </button>
    </div>
  </header>`;
}
