// SPDX-License-Identifier: MIT
/** What the last line did to a run, in a sentence with its numbers. */

import { html, type TemplateResult } from "lit";
import { formatNumber } from "../components/numbers.js";
import type { Frame, ParameterFrame, RunFrame } from "../engine/types.js";
import { list, ordinal } from "../state/comparison.js";
import { nameOf, runsIn, type LoopLine } from "../state/loop-lines.js";
import { ownershipsOf } from "../state/ownership.js";
import { iterationAtHand } from "../state/recall.js";

/** The iteration at hand, how many lines of the session have run in it, and a run's own last one of these. */
export interface Moment {
  readonly iteration: number;
  readonly ran: number;
  /** null at the very start. */
  readonly line: number | null;
}

/** `own` lines has the run's loop, `lines` the longest of the session. */
export function momentOf(frame: Frame, own: number, lines: number): Moment {
  const { iteration, ran } = iterationAtHand(frame, lines);
  return { iteration, ran, line: ran === 0 ? null : Math.min(ran, own) - 1 };
}

/** `before` and `after` are the run's moments around the line; the iteration is counted from 0. */
export function whatItDid(
  line: LoopLine,
  iteration: number,
  before: RunFrame,
  after: RunFrame,
): TemplateResult {
  if (!line.enabled) return html`${nameOf(line.kind)} is switched off: nothing happened.`;
  if (!runsIn(line, iteration)) {
    return line.at === null
      ? html`${nameOf(line.kind)} waits: it runs every ${ordinal(line.every)} iteration.`
      : html`${nameOf(line.kind)} waits: it runs at step ${line.at} alone.`;
  }
  switch (line.kind) {
    case "zero_grad":
      return zeroGrad(before, after);
    case "forward":
      return html`forward computed the loss: <b>${number(after.loss)}</b>. No parameter changed.`;
    case "backward":
      return backward(before, after);
    case "step":
      return step(before, after);
    case "scheduler_step":
      return before.lr[0] === after.lr[0]
        ? html`The scheduler left the learning rate at <b>${number(after.lr[0] ?? null)}</b>.`
        : html`The scheduler set the learning rate from ${number(before.lr[0] ?? null)} to
            <b>${number(after.lr[0] ?? null)}</b>.`;
    case "clip_grad_norm":
    case "clip_grad_value":
      return clip(line, before, after);
    case "scale_loss":
      return html`The loss was divided by ${line.divisor}: ${number(before.loss)} →
        <b>${number(after.loss)}</b>.`;
    case "detach":
      return html`detach cut the loss off: backward has <b>no graph</b> to go through any more.`;
    case "freeze":
      return html`${list(line.params)} now ${line.params.length > 1 ? "have" : "has"}
        <b>requires_grad = False</b>: backward leaves .grad as it is.`;
    case "unfreeze":
      return html`${list(line.params)} now ${line.params.length > 1 ? "have" : "has"}
        <b>requires_grad = True</b>: backward fills .grad again.`;
    case "add_layer":
    case "replace_layer":
      return newParameters(after);
    case "add_param_group":
      return html`The optimizer now has ${list(line.params)} in a group of its own.`;
    case "recreate_optimizer":
      return html`A new optimizer, with the model’s parameters of this moment and
        <b>an empty state</b>.`;
    case "save_state":
      return html`A copy of the model’s and the optimizer’s state was kept.`;
    case "load_state":
      return html`Model and optimizer are back at the copy that was saved.`;
  }
}

function zeroGrad(before: RunFrame, after: RunFrame): TemplateResult {
  if (before.parameters.every(({ grad }) => grad === null)) {
    return html`zero_grad found nothing to clear: every .grad was already None.`;
  }
  const filled = after.parameters.some(({ grad }) => grad !== null);
  return filled
    ? html`zero_grad <b>filled</b> ${grads(after)} with zeros, which is not None.`
    : html`zero_grad set ${grads(after)} to <b>None</b>.`;
}

function backward(before: RunFrame, after: RunFrame): TemplateResult {
  const { parameter, old } = steepest(before, after);
  if (parameter === null || parameter.grad === null) {
    return html`backward put no gradient anywhere.`;
  }
  const now = parameter.grad;
  if (!isScalar(parameter)) {
    const norm = number(normOf(now));
    return old?.grad == null
      ? html`backward wrote the gradients; ${parameter.name}.grad has norm <b>${norm}</b>.`
      : html`backward <b>added</b> to what was in .grad; ${parameter.name}.grad has norm
          ${number(normOf(old.grad))} → <b>${norm}</b>.`;
  }
  if (old?.grad == null) {
    return html`backward put <b>${number(now[0]!)}</b> into ${parameter.name}.grad, which was None.`;
  }
  return html`backward <b>added ${number(now[0]! - old.grad[0]!)}</b> to the ${number(old.grad[0]!)}
    that was still in ${parameter.name}.grad.`;
}

function step(before: RunFrame, after: RunFrame): TemplateResult {
  const ownerships = ownershipsOf(after.parameters);
  const held = after.parameters.filter(({ group }) => group !== null);
  const skipped = after.parameters
    .filter(
      ({ group, grad }, index) => group !== null && grad === null && ownerships[index] !== "stale",
    )
    .map(({ name }) => name);
  if (held.every(({ grad }) => grad === null)) {
    return html`step found every .grad <b>None</b> and skipped all parameters: nothing moved.`;
  }
  const { parameter, old } = steepest(before, { ...after, parameters: held });
  if (parameter === null || parameter.update === null) return html`step moved nothing.`;
  const note = skipped.length > 0 ? ` It skipped ${list(skipped)}, whose .grad is None.` : "";
  if (!isScalar(parameter)) {
    return html`step moved ${parameter.name} by a vector of norm
      <b>${number(normOf(parameter.update))}</b>.${note}`;
  }
  return html`step moved ${parameter.name} by <b>${number(parameter.update[0]!)}</b>, from
    ${number(old?.value[0] ?? null)} to ${number(parameter.value[0]!)}.${note}`;
}

function newParameters({ parameters }: RunFrame): TemplateResult {
  const orphans = parameters.filter(({ group }) => group === null).map(({ name }) => name);
  return orphans.length === 0
    ? html`The model has new parameters, and the optimizer has them.`
    : html`The model has new parameters: <b>no optimizer has ${list(orphans)}</b>.`;
}

function clip(line: LoopLine, before: RunFrame, after: RunFrame): TemplateResult {
  const [from, to] = [totalNorm(before), totalNorm(after)];
  if (from === to) {
    return html`${nameOf(line.kind)} left the gradient alone: its norm is ${number(from)}.`;
  }
  return html`${nameOf(line.kind)} cut the gradient’s norm from ${number(from)} to
    <b>${number(to)}</b>.`;
}

/** The parameter with the largest gradient, now and before: the one worth telling about. */
function steepest(
  before: RunFrame,
  after: RunFrame,
): { readonly parameter: ParameterFrame | null; readonly old: ParameterFrame | null } {
  let parameter: ParameterFrame | null = null;
  for (const candidate of after.parameters) {
    if (candidate.grad === null) continue;
    if (parameter?.grad == null || normOf(candidate.grad) > normOf(parameter.grad)) {
      parameter = candidate;
    }
  }
  const old = before.parameters.find(({ name }) => name === parameter?.name) ?? null;
  return { parameter, old };
}

function grads({ parameters }: RunFrame): string {
  if (parameters.length > 3) return "every .grad";
  return list(parameters.map(({ name }) => `${name}.grad`));
}

function isScalar({ shape }: ParameterFrame): boolean {
  return shape.length === 0;
}

function normOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}

function totalNorm({ parameters }: RunFrame): number {
  return Math.hypot(...parameters.map(({ grad }) => (grad === null ? 0 : normOf(grad))));
}

function number(value: number | null): string {
  return formatNumber(value, 5);
}
