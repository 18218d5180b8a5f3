// SPDX-License-Identifier: MIT
/** What a line changed in as few words as stand beside it, and what kept it from changing anything. */

import { formatNumber } from "../components/numbers.js";
import { changedNothing, type Change, type LineEffect } from "./effects.js";
import { runsIn, type LoopLine } from "./loop-lines.js";

/** A few words; the iteration is counted from 0. */
export function effectWords(line: LoopLine, effect: LineEffect, iteration: number): string {
  if (!line.enabled) return "";
  if (!runsIn(line, iteration)) return "waited";
  // Another tensor under an old name has not moved.
  if (line.kind === "add_layer" || line.kind === "replace_layer") return ownershipWords(effect);
  const words = [
    effect.loss === null ? "" : lossWords(line, effect.loss),
    gradWords(line, effect.grads),
    movedWords(effect.moved),
    lrWords(effect.lr),
    frozenWords(effect.requiresGrad),
    ownershipWords(effect),
  ].filter((word) => word !== "");
  if (words.length > 0) return words.join(", ");
  return changedNothing(effect) ? idle(line) : "";
}

/** A line that had nothing to do says so. */
function idle({ kind }: LoopLine): string {
  switch (kind) {
    case "zero_grad":
      return "nothing to clear";
    case "forward":
      return "the same loss";
    case "backward":
      return "no gradient";
    case "step":
      return "nothing moved";
    case "clip_grad_norm":
    case "clip_grad_value":
      return "within the limit";
    case "save_state":
      return "saved";
    case "detach":
      return "no graph any more";
    default:
      return "no change";
  }
}

function lossWords({ kind }: LoopLine, loss: number): string {
  return kind === "forward" ? `loss ${number(loss)}` : `loss → ${number(loss)}`;
}

function gradWords({ kind }: LoopLine, grads: readonly Change<number | null>[]): string {
  if (grads.length === 0) return "";
  const whose = grads.length === 1 ? `${grads[0]!.parameter}.grad` : `${grads.length} grads`;
  if (grads.every(({ after }) => after === null)) return `${whose} → None`;
  if (kind === "zero_grad") return `${whose} → 0`;
  const [before, after] = [total(grads, "before"), total(grads, "after")];
  return before === null
    ? `‖grad‖ ${number(after ?? 0)}`
    : `‖grad‖ ${number(before)} → ${number(after ?? 0)}`;
}

/** The norm of all of them together; null when all were None. */
function total(grads: readonly Change<number | null>[], side: "before" | "after"): number | null {
  const norms = grads.flatMap((grad) => grad[side] ?? []);
  return norms.length === 0 ? null : Math.hypot(...norms);
}

function movedWords(moved: LineEffect["moved"]): string {
  if (moved.length === 0) return "";
  const distance = Math.hypot(...moved.map(({ norm }) => norm));
  return `moved ${number(distance)}`;
}

function lrWords([first]: LineEffect["lr"]): string {
  return first === undefined || !Number.isFinite(first.before) ? "" : `lr → ${number(first.after)}`;
}

function frozenWords(changes: LineEffect["requiresGrad"]): string {
  if (changes.length === 0) return "";
  const whose = changes.length === 1 ? changes[0]!.parameter : `${changes.length} parameters`;
  return `${whose} ${changes[0]!.after ? "thawed" : "frozen"}`;
}

function ownershipWords({ ownership, requiresGrad }: LineEffect): string {
  const told = new Set(requiresGrad.map(({ parameter }) => parameter));
  const rest = ownership.filter(({ parameter }) => !told.has(parameter));
  if (rest.length === 0) return "";
  const orphans = rest.filter(({ after }) => after === "orphaned").length;
  if (orphans > 0) return `${orphans} without an optimizer`;
  const owned = rest.filter(({ after }) => after === "owned").length;
  return owned > 0 ? `${owned} now owned` : `${rest.length} left the model`;
}

function number(value: number): string {
  return formatNumber(value, 4);
}
