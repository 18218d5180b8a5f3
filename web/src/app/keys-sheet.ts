// SPDX-License-Identifier: MIT
/** The list of keys. */

import { html, type TemplateResult } from "lit";
import { sheet } from "./sheet.js";
import { shortcuts } from "./shortcuts.js";

export function keysSheet(close: () => void): TemplateResult {
  return sheet(
    "Keys",
    close,
    html`<dl class="keys">
      ${shortcuts.map(
        ({ keys, text }) =>
          html`<div>
            <dt>${keys.split("  ").map((key) => html`<kbd>${key}</kbd> `)}</dt>
            <dd>${text}</dd>
          </div>`,
      )}
    </dl>`,
  );
}
