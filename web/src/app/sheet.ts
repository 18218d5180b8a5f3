// SPDX-License-Identifier: MIT
/** A modal sheet with a title; Escape, the button and a click beside it close it. */

import { html, type TemplateResult } from "lit";

export function sheet(
  title: string,
  close: () => void,
  content: TemplateResult,
  width: "wide" | "narrow" = "narrow",
): TemplateResult {
  const beside = (event: MouseEvent) => {
    if (event.target === event.currentTarget) (event.currentTarget as HTMLDialogElement).close();
  };
  return html`<dialog
    class="sheet ${width}"
    aria-labelledby="sheet-title"
    @close=${close}
    @click=${beside}
  >
    <div class="sheet-body">
      <div class="sheet-head">
        <h2 id="sheet-title">${title}</h2>
        <form method="dialog"><button class="quiet">Close</button></form>
      </div>
      ${content}
    </div>
  </dialog>`;
}
