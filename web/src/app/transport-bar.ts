// SPDX-License-Identifier: MIT
/** The way through time under every view: buttons, scrubber, speed, and a long jump's progress. */

import { html, nothing, type TemplateResult } from "lit";
import "../components/transport-bar.js";
import type { SpeedDetail, StepDetail } from "../components/transport-bar.js";
import { speeds } from "../state/speeds.js";
import type { ViewContext } from "../views/context.js";

const speedList = speeds.map(({ label }, index) => ({ value: String(index), label }));

export function transportBar(context: ViewContext): TemplateResult {
  const { player, frame, state, dispatch, announce } = context;
  const where = () =>
    announce(`Iteration ${player.cursor.step}, line ${player.cursor.instruction + 1}`);
  const then = (move: Promise<void>) => void move.then(where);
  return html`<footer>
    <step-lab-transport-bar
      ?playing=${player.playing}
      .iteration=${frame.iteration}
      .instruction=${frame.instruction}
      .instructions=${player.lines}
      .furthest=${frame.furthest}
      .steps=${frame.steps}
      .speeds=${context.controls === "full" ? speedList : []}
      .speed=${String(state.speed)}
      @play=${() => player.play()}
      @pause=${() => (player.pause(), where())}
      @back-iteration=${() => then(player.stepIterations(-1))}
      @forward-iteration=${() => then(player.stepIterations(1))}
      @back-instruction=${() => then(player.stepLine(-1))}
      @forward-instruction=${() => then(player.stepLine(1))}
      @seek=${({ detail }: CustomEvent<StepDetail>) => {
        player.pause();
        then(player.seek({ step: detail.step, instruction: 0 }));
      }}
      @speed-change=${({ detail }: CustomEvent<SpeedDetail>) =>
        dispatch({ type: "speed", speed: Number(detail.speed) })}
    ></step-lab-transport-bar>
    ${player.waiting ? html`<p class="progress" role="status">Loading the engine for this…</p>` : nothing}
    ${
      player.progress === null
        ? nothing
        : html`<div class="progress">
            <progress
              aria-label="Jump"
              max=${player.progress.target}
              .value=${player.progress.at}
            ></progress>
            <span>${player.progress.at} of ${player.progress.target}</span>
            <button @click=${() => player.cancel()}>Cancel</button>
          </div>`
    }
  </footer>`;
}
