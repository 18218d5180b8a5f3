// SPDX-License-Identifier: MIT
/** The sentence under the header: what is held equal, and what differs. */

import { html, type TemplateResult } from "lit";
import { formatNumber } from "../components/numbers.js";
import { runStyle } from "../components/run-style.js";
import type { Experiment, Run } from "../experiment/experiment.generated.js";
import { branchStep } from "../state/branches.js";
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

function loopSentence({ experiment, state, registry }: ViewContext): TemplateResult {
  const { runs } = experiment;
  const companion = runs.findIndex(({ label }) => label === "canonical");
  const index = state.run === companion ? 0 : state.run;
  const mine = runs[index] ?? runs[0]!;
  const departure = loopDeparture(loopOf(experiment, mine), mine.scheduler !== undefined);
  const parted = branchStep(experiment, index);
  if (parted !== null) {
    return html`${named(labelOf(mine), index)} shares its first ${parted} steps with the run that it
      was copied from; <b>what you change now concerns it alone</b>, from step ${parted} on.`;
  }
  const other = companion < 0 ? runs.findIndex((_, run) => run !== index) : companion;
  if (other < 0) {
    return html`${named(labelOf(mine), index)} ${departure}: ${optimizerWords(mine)} on
    ${whereWords(experiment)}.`;
  }
  const label = labelOf(runs[other]!);
  const taught = label === "canonical" ? "the loop that PyTorch’s tutorials teach" : label;
  const where = experiment.problem.kind === "surface" ? "surface" : "data";
  const apart = differences({ ...experiment, runs: [mine, runs[other]!] }, registry).filter(
    (name) => name !== "loop",
  );
  const same = apart.length === 0 ? `${where}, start and optimizer` : `${where} and start`;
  const also = apart.length === 0 ? "" : ` with another ${list(apart.map(inWords))}`;
  return html`The same ${same}: ${named(labelOf(mine), index)} ${departure}; ${named(taught, other)}
  runs beside it${also}.`;
}

function optimizerWords({ optimizer }: Run): string {
  const lr = optimizer["lr"];
  return typeof lr === "number" ? `${optimizer.name} at lr ${formatNumber(lr)}` : optimizer.name;
}

function whereWords({ problem }: Experiment): string {
  switch (problem.kind) {
    case "surface":
      return "a surface";
    case "recorded":
      return "recorded gradients";
    case "task":
      return `the ${problem.data.name}`;
  }
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
