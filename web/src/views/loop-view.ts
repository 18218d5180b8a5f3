// SPDX-License-Identifier: MIT
/** Loop: the training loop as lines that can be moved, beside what each line really does. */

import { html, nothing, type TemplateResult } from "lit";
import type { HyperValue, OptimizerInfo, RunError, RunFrame } from "../engine/types.js";
import type { Optimizer } from "../experiment/experiment.generated.js";
import { changesFrom, onlyRun, optimizerAt, withLoopAt, withOptionsAt } from "../state/branches.js";
import { withEveryRun, withOptimizer, withWrapper } from "../state/edits.js";
import { effectsOf } from "../state/effects.js";
import { effectWords } from "../state/effect-words.js";
import { codeContext, constructorOf, type CodeContext } from "../state/loop-code.js";
import { loopAt, type LoopLine } from "../state/loop-lines.js";
import { areMomentsOf } from "../state/recall.js";
import { asideTabs } from "./aside-tabs.js";
import type { ViewContext } from "./context.js";
import { doctorCard } from "./doctor-card.js";
import { parameterTable } from "./inspector.js";
import { momentOf, whatItDid, type Moment } from "./last-line.js";
import "./loop-editor.js";
import type { LoopDetail, SayDetail } from "./loop-editor.js";
import { mainFigure } from "./main-figure.js";
import { lossChart } from "./run-charts.js";
import { hyperControls, optimizerField } from "./hyper-controls.js";
import { branchButton, runTabs } from "./run-tabs.js";
import type { TryDetail } from "./same-quiz.js";
import { wrapperSettings } from "./wrapper-settings.js";

export function loopView(context: ViewContext): TemplateResult {
  if (context.controls === "none") return mainFigure(context);
  const strip = html`<div class="strip">${lossChart(context)}</div>`;
  if (context.controls === "basic") return html`${mainFigure(context)} ${strip}`;
  const { experiment, state, frame } = context;
  const run = experiment.runs[state.run] ?? experiment.runs[0]!;
  const code = codeContext(experiment, run, frame.runs[state.run]?.parameters ?? []);
  const shown = shownOf(context);
  return html`
    <section class="loop-column" aria-labelledby="loop-title">
      <div class="column-head">
        <h2 id="loop-title">Your loop</h2>
        <button
          class="quiet small-tool"
          aria-expanded=${state.quiz}
          title="Guess which loops are the same as the canonical one"
          @click=${() => context.dispatch({ type: "quiz", quiz: !state.quiz })}
        >
          Is this the same?
        </button>
        ${branchButton(context)}
      </div>
      ${runTabs(context)} ${optimizerLine(context, code)} ${editor(context, code, shown)}
      ${state.quiz ? quiz(context, code) : nothing} ${doctorCard(context)}
    </section>
    ${mainFigure(context)}
    <section class="table-column" aria-labelledby="table-title">
      <h2 id="table-title">Parameters after this line</h2>
      ${parameterTable(context, shown.around?.[0].parameters)}
      <p class="story">${lineStory(context, shown)}</p>
      ${asideTabs(context)}
    </section>
    ${strip}
  `;
}

/** What is shown of the loop at this moment: the lines that can be changed, and what is known of them. */
interface Shown extends Moment {
  readonly lines: readonly LoopLine[];
  /** Whether an edit has just given the run these lines: none of them has run yet. */
  readonly exchanged: boolean;
  /** The run's moments around its last line; null when they are not known. */
  readonly around: readonly [RunFrame, RunFrame] | null;
}

function shownOf({ experiment, frame, player, state }: ViewContext): Shown {
  const at = (iteration: number) =>
    loopAt(experiment, state.run, Math.min(iteration, frame.steps - 1));
  const lines = at(frame.iteration);
  const moment = momentOf(frame, lines.length, player.lines);
  if (JSON.stringify(lines) !== JSON.stringify(at(moment.iteration))) {
    return { ...moment, line: null, lines, exchanged: true, around: null };
  }
  const known = moment.line !== null && areMomentsOf(player.moments, moment.iteration, moment.ran);
  const [before, after] = (
    known ? player.moments.slice(moment.line) : player.moments.slice(-2)
  ).map(({ runs }) => runs[state.run]);
  const told = moment.line !== null && before !== undefined && after !== undefined;
  return { ...moment, lines, exchanged: false, around: told ? [before, after] : null };
}

function editor(context: ViewContext, code: CodeContext, shown: Shown): TemplateResult {
  const { experiment, frame, state, doctor, edit, announce } = context;
  const run = frame.runs[state.run];
  const error = run?.error ?? null;
  const change = ({ detail }: CustomEvent<LoopDetail>) => {
    announce(detail.said);
    edit(withLoopAt(experiment, state.run, frame.iteration, detail.lines));
  };
  return html`<step-lab-loop-editor
    .lines=${shown.lines}
    .code=${code}
    .parameters=${run?.parameters ?? []}
    .step=${Math.min(frame.iteration, frame.steps - 1)}
    .words=${words(context, shown, error)}
    .ran=${error === null ? (shown.line ?? -1) : -1}
    .next=${frame.finished || error !== null ? -1 : frame.instruction}
    .fault=${error?.instruction ?? -1}
    .marked=${new Set(
      doctor.state.kind === "done"
        ? doctor.state.diagnosis.findings.flatMap(({ line, severity }) =>
            line === null || severity === "note" ? [] : [line],
          )
        : [],
    )}
    ?fixed=${state.run > 0 && experiment.runs[state.run]?.label === "canonical"}
    @loop-change=${change}
    @loop-say=${({ detail }: CustomEvent<SayDetail>) => announce(detail.text)}
  ></step-lab-loop-editor>`;
}

/** What each line of the iteration at hand changed; nothing while that is not known, or after an error. */
function words(
  { player, state }: ViewContext,
  { iteration, ran, lines, exchanged }: Shown,
  error: RunError | null,
): readonly string[] {
  if (exchanged) return [];
  if (!areMomentsOf(player.moments, iteration, ran)) return [];
  if (error !== null && error.step < iteration) return [];
  return effectsOf(player.moments, state.run)
    .slice(0, error?.instruction ?? lines.length)
    .map((effect, index) => effectWords(lines[index]!, effect, iteration));
}

function quiz(context: ViewContext, code: CodeContext): TemplateResult {
  // Only who asks for the questions loads them.
  void import("./same-quiz.js");
  const { experiment, state, doctor, dispatch, edit, frame, announce } = context;
  return html`<step-lab-same-quiz
    role="region"
    aria-label="Is this the same?"
    .experiment=${onlyRun(experiment, state.run)}
    .code=${code}
    .ask=${doctor.ask}
    @quiz-close=${() => dispatch({ type: "quiz", quiz: false })}
    @try-loop=${({ detail }: CustomEvent<TryDetail>) => {
      edit(withLoopAt(experiment, state.run, frame.iteration, detail.lines));
      announce("Your loop is now the one in question. Control Z takes that back");
    }}
  ></step-lab-same-quiz>`;
}

/** The line before the loop that makes the optimizer; unfolded, its settings. */
function optimizerLine(context: ViewContext, code: CodeContext): TemplateResult {
  const { experiment, registry, state, frame, edit } = context;
  const index = experiment.runs[state.run] === undefined ? 0 : state.run;
  const run = experiment.runs[index]!;
  const info = registry.optimizers.find(({ name }) => name === run.optimizer.name);
  const from = changesFrom(experiment, index, frame.iteration);
  const now = from === null ? run.optimizer : optimizerAt(experiment, index, from);
  const change = (next: Optimizer) =>
    edit(
      from === null
        ? withEveryRun(experiment, (each) => ({ ...each, optimizer: next }))
        : withOptionsAt(experiment, index, from, next, defaultsOf(info)),
      "optimizer",
    );
  const optimizer = { ...now } as CodeContext["optimizer"];
  return html`<details class="optimizer-line">
    <summary>
      <code>optimizer = ${constructorOf({ ...code, optimizer })}</code>
    </summary>
    <div class="shared" role="group" aria-label="Settings of the optimizer">
      ${
        from === null
          ? optimizerField(
              registry,
              run.optimizer.name,
              (name) =>
                edit(
                  withEveryRun(experiment, (each) => withOptimizer(each, registry, name, false)),
                ),
              "Optimizer",
            )
          : html`<p class="from">From step ${from} on:</p>`
      }
      ${info === undefined ? nothing : hyperControls(info.hyper_parameters, now, change)}
      ${
        run.wrapper === undefined
          ? nothing
          : wrapperSettings(context, run, ({ wrapper = null }, about) =>
              edit(
                withEveryRun(experiment, (each) => withWrapper(each, wrapper)),
                about,
              ),
            )
      }
    </div>
  </details>`;
}

function defaultsOf(info: OptimizerInfo | undefined): Readonly<Record<string, HyperValue>> {
  return Object.fromEntries(
    (info?.hyper_parameters ?? []).map((each) => [each.name, each.default]),
  );
}

/** The sentence about the last line; nothing while playing too fast to follow. */
function lineStory({ frame, state }: ViewContext, shown: Shown): TemplateResult {
  if (frame.runs[state.run]?.error)
    return html`The run stopped at its error; nothing more changes.`;
  const { line: index, lines, around, iteration, exchanged } = shown;
  if (exchanged) return html`From step ${frame.iteration} on these are the lines.`;
  if (index === null) return html`Nothing has run yet. <b>.grad is None</b>, which is not zero.`;
  if (around === null) return html`Pause to see what each line did.`;
  return whatItDid(lines[index]!, iteration, ...around);
}
