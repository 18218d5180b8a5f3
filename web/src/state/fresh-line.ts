// SPDX-License-Identifier: MIT
/** A line as it is when it is added: with arguments that this model and this optimizer understand. */

import type { ParameterFrame } from "../engine/types.js";
import type { Experiment } from "../experiment/experiment.generated.js";
import { newLine, type LineKind, type LoopLine } from "./loop-lines.js";

/** What is done once is done at `step`. */
export function freshLine(
  kind: LineKind,
  parameters: readonly ParameterFrame[],
  step: number,
): LoopLine {
  const line = newLine(kind);
  const names = parameters.map(({ name }) => name);
  switch (kind) {
    case "freeze":
    case "unfreeze":
      return { ...line, params: names.slice(0, 1) };
    case "add_param_group": {
      const orphans = parameters.filter(({ group }) => group === null).map(({ name }) => name);
      return { ...line, params: orphans.length > 0 ? orphans : names.slice(-1), at: step };
    }
    case "replace_layer":
      return { ...line, layer: placesOf(names).at(-1) ?? "0", at: step };
    case "add_layer":
    case "recreate_optimizer":
    case "save_state":
    case "load_state":
      // Every time would be a mistake of its own; it is one click away.
      return { ...line, at: step };
    default:
      return line;
  }
}

/** The places of the Linear layers in the Sequential. */
export function placesOf(names: readonly string[]): readonly string[] {
  return [...new Set(names.flatMap((name) => /^(\d+)\.weight$/.exec(name)?.[1] ?? []))];
}

/** The parameters that a line may name: those there are, those that it names, those that the loop will add. */
export function nameable(
  names: readonly string[],
  line: LoopLine,
  loop: readonly LoopLine[],
): readonly string[] {
  const last = Number(placesOf(names).at(-1) ?? NaN);
  const grows = loop.some(({ kind, enabled }) => kind === "add_layer" && enabled);
  const coming = grows && Number.isFinite(last) ? [`${last + 2}.weight`, `${last + 2}.bias`] : [];
  return [...new Set([...names, ...coming, ...line.params])];
}

/** Why a kind has no place in a problem; null when it has. */
export function unavailable(kind: LineKind, problem: Experiment["problem"]["kind"]): string | null {
  if ((kind === "add_layer" || kind === "replace_layer") && problem !== "task") {
    return "needs a model: open one from the presets";
  }
  if ((kind === "scale_loss" || kind === "detach") && problem === "recorded") {
    return "needs a loss, and recorded gradients have none";
  }
  return null;
}
