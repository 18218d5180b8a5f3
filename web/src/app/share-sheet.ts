// SPDX-License-Identifier: MIT
/** What can be passed on: a link, the embed's code, the experiment itself. */

import { html, nothing, type TemplateResult } from "lit";
import { until } from "lit/directives/until.js";
import { encodeExperiment } from "../experiment/link.js";
import type { ViewContext } from "../views/context.js";
import { hashOf } from "./address.js";
import "./pytorch-script.js";
import { sheet } from "./sheet.js";

export function shareSheet(context: ViewContext, close: () => void): TemplateResult {
  const { experiment, state } = context;
  const link = hashOf(state).then((hash) =>
    hash === null
      ? html`<p>This experiment is too large for a link; share its JSON instead.</p>`
      : copyField("Link, down to this step", `${location.href.split("#")[0]}#${hash}`, context),
  );
  const embed = encodeExperiment(experiment).then((code) =>
    code.ok
      ? copyField(
          "Embed code for any page",
          `<script type="module" src="${new URL("embed/step-lab.js", document.baseURI).href}"></script>\n` +
            `<step-lab view="${state.view}" experiment="${code.value}"></step-lab>`,
          context,
        )
      : nothing,
  );
  return sheet(
    "Share",
    close,
    html`${until(link, nothing)}
      <step-lab-pytorch-script
        .experiment=${experiment}
        .engine=${context.engine}
        .announce=${context.announce}
      ></step-lab-pytorch-script>
      ${until(embed, nothing)}
      ${copyField("The experiment as JSON", JSON.stringify(experiment, null, 2), context)}`,
  );
}

/** The text is always there to select: a frame may forbid the clipboard. */
function copyField(label: string, text: string, { announce }: ViewContext): TemplateResult {
  const copy = async (event: Event) => {
    const button = event.currentTarget as HTMLButtonElement;
    const field = button.parentElement?.querySelector("textarea");
    field?.select();
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
      announce(`${label}: copied`);
    } catch {
      button.textContent = "Press Ctrl C";
      field?.focus();
    }
  };
  const id = label.replace(/\W+/g, "-").toLowerCase();
  return html`<div class="copy">
    <label for=${id}>${label}</label>
    <textarea
      id=${id}
      readonly
      rows=${Math.min(6, text.split("\n").length)}
      .value=${text}
    ></textarea>
    <button @click=${copy} aria-label="Copy: ${label}">Copy</button>
  </div>`;
}
