// SPDX-License-Identifier: MIT
/** Loop: the training loop as lines that can be moved, beside what each line really does. */

import { html, nothing, type TemplateResult } from "lit";
import type { RunFrame } from "../engine/types.js";
import { withEveryRun, withLoop, withOptimizer, withWrapper } from "../state/edits.js";
import { loopOf } from "../state/loop-lines.js";
import type { ViewContext } from "./context.js";
import { inspector } from "./inspector.js";
import { lastLine, whatItDid } from "./last-line.js";
import "./loop-editor.js";
import type { LoopDetail } from "./loop-editor.js";
import { loopVerdict } from "./loop-verdict.js";
import { mainFigure } from "./main-figure.js";
import { lossChart } from "./run-charts.js";
import { hyperControls, optimizerField } from "./hyper-controls.js";
import { wrapperSettings } from "./wrapper-settings.js";

export function loopView(context: ViewContext): TemplateResult {
  if (context.controls === "none") return mainFigure(context);
  const strip = html`<div class="strip">${lossChart(context)}</div>`;
  if (context.controls === "basic") return html`${mainFigure(context)} ${strip}`;
  return html`
    <section class="loop-column" aria-labelledby="loop-title">
      <h2 id="loop-title">Your loop</h2>
      ${editor(context)} ${loopVerdict(context)} ${sharedOptimizer(context)}
    </section>
    ${mainFigure(context)}
    <section class="table-column" aria-labelledby="table-title">
      <h2 id="table-title">Parameters after this line</h2>
      ${inspector(context, lineStory(context))}
    </section>
    ${strip}
  `;
}

function editor(context: ViewContext): TemplateResult {
  const { experiment, frame, edit, announce } = context;
  const run = experiment.runs[0]!;
  const lines = loopOf(experiment, run);
  const error = frame.runs[0]?.error ?? null;
  const ran = lastLine(frame, context.player.lines);
  return html`<step-lab-loop-editor
    .lines=${lines}
    .problem=${experiment.problem.kind}
    .ran=${error === null ? (ran ?? -1) : -1}
    .next=${frame.finished || error !== null ? -1 : frame.instruction}
    .fault=${error?.instruction ?? -1}
    @loop-change=${(event: CustomEvent<LoopDetail>) => {
      announce(event.detail.said);
      edit(withLoop(experiment, 0, event.detail.lines));
    }}
  ></step-lab-loop-editor>`;
}

/** Both loops have the same optimizer: what differs between them is the loop alone. */
function sharedOptimizer(context: ViewContext): TemplateResult {
  const { experiment, registry, edit } = context;
  const { optimizer } = experiment.runs[0]!;
  const info = registry.optimizers.find(({ name }) => name === optimizer.name);
  return html`<div class="shared" role="group" aria-label="Optimizer of both loops">
    ${optimizerField(
      registry,
      optimizer.name,
      (name) => edit(withEveryRun(experiment, (run) => withOptimizer(run, registry, name, false))),
      "Optimizer of both loops",
    )}
    ${
      info === undefined
        ? nothing
        : hyperControls(info.hyper_parameters, optimizer, (next) =>
            edit(
              withEveryRun(experiment, (run) => ({ ...run, optimizer: next })),
              "optimizer",
            ),
          )
    }
    ${
      experiment.runs[0]!.wrapper === undefined
        ? nothing
        : wrapperSettings(context, experiment.runs[0]!, ({ wrapper = null }, about) =>
            edit(
              withEveryRun(experiment, (run) => withWrapper(run, wrapper)),
              about,
            ),
          )
    }
  </div>`;
}

/** The sentence about the last line; nothing while playing too fast to follow. */
function lineStory({ experiment, frame, player }: ViewContext): TemplateResult | typeof nothing {
  if (frame.runs[0]?.error) return html`The run stopped at its error; nothing more changes.`;
  const index = lastLine(frame, player.lines);
  if (index === null) return html`Nothing has run yet. <b>.grad is None</b>, which is not zero.`;
  const line = loopOf(experiment, experiment.runs[0]!)[index];
  if (line === undefined) return html`Your loop is done; the longer one runs its last lines.`;
  const [before, after] = [runOf(player.before?.runs), runOf(frame.runs)];
  if (before === null || after === null) return html`Pause to see what each line did.`;
  const iteration = frame.instruction > 0 ? frame.iteration + 1 : frame.iteration;
  return whatItDid(line, iteration, before, after);
}

function runOf(runs: readonly RunFrame[] | undefined): RunFrame | null {
  return runs?.[0] ?? null;
}
