// SPDX-License-Identifier: MIT
/** Your loop against the canonical one, judged by the numbers that both produced. */

import { html, nothing, type TemplateResult } from "lit";
import { formatNumber } from "../components/numbers.js";
import type { RunError } from "../engine/types.js";
import { firstParting, type Parting } from "../state/comparison.js";
import { withLoop } from "../state/edits.js";
import { canonicalLines, loopOf } from "../state/loop-lines.js";
import type { ViewContext } from "./context.js";

export function loopVerdict(context: ViewContext): TemplateResult | typeof nothing {
  const error = context.frame.runs[0]?.error ?? null;
  if (error !== null) return raised(context, error);
  if (context.experiment.runs.length < 2) return nothing;
  const { history } = context;
  if (history.length < 2) return nothing;
  const parting = firstParting(history, 0, 1);
  return parting === null ? same(history.length - 1) : different(context, parting);
}

function raised(context: ViewContext, { code, message, step }: RunError): TemplateResult {
  const type = code === "loop" ? "NameError" : "RuntimeError";
  return html`<div class="verdict error">
    <strong>This loop raises an error in iteration ${step + 1}</strong>
    <p class="raised" tabindex="0">${type}: ${message}</p>
    <div class="row">${repair(context)}</div>
  </div>`;
}

function same(steps: number): TemplateResult {
  return html`<div class="verdict good">
    <strong>= The same as the canonical loop</strong>
    <p>
      Every parameter equals the canonical loop’s, bit for bit, in
      ${steps === 1 ? "the first iteration" : `all ${steps} iterations so far`}.
    </p>
  </div>`;
}

function different(context: ViewContext, { step, parameter, values }: Parting): TemplateResult {
  const { history, frame, player } = context;
  const index = history.runs[0]!.parameters.findIndex(({ name }) => name === parameter);
  const [mine, other] = [0, 1].map((run) =>
    formatNumber(history.runs[run]?.parameters[index]?.values[frame.iteration] ?? NaN),
  );
  return html`<div class="verdict warn">
    <strong>≠ Different from iteration ${step} on</strong>
    <p>
      After iteration ${step}, ${parameter} is ${formatNumber(values[0])} instead of
      ${formatNumber(values[1])}${
        frame.iteration > step
          ? html`; by iteration ${frame.iteration} it is ${mine} instead of ${other}`
          : nothing
      }.
    </p>
    <div class="row">
      ${repair(context)}
      <button @click=${() => (player.pause(), void player.seek({ step, instruction: 0 }))}>
        Show iteration ${step}
      </button>
    </div>
  </div>`;
}

/** Undo is the way back. */
function repair({ experiment, edit, announce }: ViewContext): TemplateResult {
  const other = experiment.runs[1];
  const canonical = other === undefined ? canonicalLines : loopOf(experiment, other);
  const use = () => {
    edit(withLoop(experiment, 0, canonical));
    announce("Your loop is now the canonical loop. Ctrl Z undoes.");
  };
  return html`<button class="primary" @click=${use}>Use the canonical order</button>`;
}
