// SPDX-License-Identifier: MIT
/** Checks of what callers pass, before it reaches Embind, which takes almost anything for a number. */

import { StepLabError } from "./errors.js";
import type { Grid } from "./types.js";

/** Throws "invalid_argument" unless `value` is a whole number of at least `least`. */
export function requireWhole(name: string, value: unknown, least = 0): asserts value is number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return;
  throw StepLabError.of(
    "invalid_argument",
    `${name} is ${shown(value)}; it must be a whole number, at least ${least}`,
  );
}

export function requireText(name: string, value: unknown): asserts value is string {
  if (typeof value === "string") return;
  throw StepLabError.of("invalid_argument", `${name} is ${shown(value)}; it must be a text`);
}

export function requireGrid(grid: Grid): void {
  requireWhole("columns", grid.columns, 1);
  requireWhole("rows", grid.rows, 1);
  const { view } = grid;
  if (Array.isArray(view) && view.length === 4 && view.every(Number.isFinite)) return;
  throw StepLabError.of(
    "invalid_argument",
    `view is ${shown(view)}; it must be four numbers: x min, x max, y min, y max`,
  );
}

function shown(value: unknown): string {
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
}

/** A document as the JSON text that the core reads; what JSON cannot say becomes null there. */
export function documentText(document: unknown): string {
  try {
    const text: unknown = JSON.stringify(document);
    if (typeof text === "string") return text;
  } catch {
    // A circle or a bigint: no document.
  }
  throw StepLabError.of("invalid_json", "The experiment cannot be written as JSON.");
}
