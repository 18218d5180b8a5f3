// SPDX-License-Identifier: MIT
/** The challenges' places on the page. What stands in them is loaded when it is asked for. */

import { html, nothing, type TemplateResult } from "lit";
import type { OpenDetail } from "../challenges/list.js";
import type { ViewContext } from "../views/context.js";
import { sheet } from "./sheet.js";

/** Whether a challenge stands above the view. */
export function challengeShown({ state, controls }: ViewContext): boolean {
  return state.challenge !== null && state.view === "loop" && controls === "full";
}

export function challengePanel(context: ViewContext): TemplateResult | typeof nothing {
  const { state, experiment, engine, registry, dispatch, announce } = context;
  if (state.challenge === null) return nothing;
  void import("../challenges/panel.js");
  return html`<step-lab-challenge
    .challenge=${state.challenge.id}
    .experiment=${experiment}
    .engine=${engine}
    .registry=${registry}
    .arrived=${state.opened > 0}
    .dispatch=${dispatch}
    .announce=${announce}
  ></step-lab-challenge>`;
}

export function challengeSheet(context: ViewContext, close: () => void): TemplateResult {
  void import("../challenges/list.js");
  const { state, player, dispatch } = context;
  const open = (event: CustomEvent<OpenDetail>) => {
    const { id, experiment } = event.detail.challenge;
    (event.currentTarget as Element).closest("dialog")?.close();
    close();
    player.pause();
    dispatch({ type: "open", view: "loop", experiment, challenge: id });
  };
  return sheet(
    "Challenges",
    close,
    html`<step-lab-challenge-list
      .current=${state.challenge?.id ?? null}
      @open-challenge=${open}
    ></step-lab-challenge-list>`,
    "wide",
  );
}
