// SPDX-License-Identifier: MIT
/** The sentence under the header: what is held equal, and what differs. */

import { html, type TemplateResult } from "lit";
import { runStyle } from "../components/run-style.js";
import { differences, inWords, list, loopDeparture } from "../state/comparison.js";
import { labelOf } from "../state/edits.js";
import { loopOf } from "../state/loop-lines.js";
import type { ViewContext } from "../views/context.js";

export function leadSentence(context: ViewContext): TemplateResult {
  switch (context.state.view) {
    case "loop":
      return loopSentence(context);
    case "race":
      return raceSentence(context);
    case "train":
      return trainSentence(context);
  }
}

function loopSentence({ experiment }: ViewContext): TemplateResult {
  const [mine, other] = experiment.runs;
  const departure = loopDeparture(loopOf(experiment, mine!), mine!.scheduler !== undefined);
  const where = experiment.problem.kind === "surface" ? "surface" : "data";
  if (other === undefined) {
    return html`${named(labelOf(mine!), 0)} ${departure}.`;
  }
  const label = labelOf(other);
  const taught = label === "canonical" ? "the loop that PyTorch’s tutorials teach" : label;
  return html`The same ${where}, start and optimizer: ${named(labelOf(mine!), 0)} ${departure};
  ${named(taught, 1)} runs beside it.`;
}

function raceSentence(context: ViewContext): TemplateResult {
  const { experiment } = context;
  const shared = experiment.problem.kind === "surface" ? "surface" : "data, the same mini-batches";
  if (experiment.runs.length === 1) {
    return html`${named(labelOf(experiment.runs[0]!), 0)} on its own. Add a run to race it against
    another: same ${shared}, same start.`;
  }
  return html`${count(experiment.runs.length)} runs on the same ${shared}, from the same start.
  ${whatDiffers(context)}`;
}

function trainSentence(context: ViewContext): TemplateResult {
  const { problem, runs } = context.experiment;
  if (problem.kind !== "task") return raceSentence(context);
  const widths = problem.model?.hidden ?? [];
  const network =
    widths.length === 0
      ? "A model without hidden layers"
      : `A network of ${widths.join("–")} units`;
  const names = runs.map((run, index) => named(labelOf(run), index));
  const joined = names.map((name, index) =>
    index === 0 ? name : html`${index === names.length - 1 ? " and " : ", "}${name}`,
  );
  const from = runs.length > 1 ? "from the same weights, on the same mini-batches" : "from scratch";
  return html`${network} learns to tell the <b>${problem.data.name}</b> apart with ${joined},
    ${from}. ${runs.length > 1 ? whatDiffers(context) : ""}`;
}

function whatDiffers({ experiment, registry }: ViewContext): TemplateResult {
  const found = differences(experiment, registry);
  if (found.length === 0) return html`Nothing differs: their paths must coincide.`;
  const words = found.map((name) => `the ${inWords(name)}`);
  return found.length === 1
    ? html`Only <b>${words[0]}</b> differs.`
    : html`What differs: <b>${list(words)}</b>.`;
}

function named(text: string, run: number): TemplateResult {
  return html`<b class="run-${(Number(runStyle(run).colour.at(-1)) || 1).toString()}">${text}</b>`;
}

function count(number: number): string {
  return (
    ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"][number] ?? `${number}`
  );
}
