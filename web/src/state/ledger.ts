// SPDX-License-Identifier: MIT
/** Numbers of a sum in float32, with as many decimals as they have in common. */

import { formatIn, formatNumber } from "../components/numbers.js";

/** How many of the last decimals may be given up for a sum that comes out to the eye … */
const sparable = 2;
/** … as long as every term keeps so many digits. */
const fewestDigits = 3;

/**
 * The first number and the last are the sum's beginning and end. All get the decimals that the larger
 * of these two has in float32, or a few less where rounding would leave the column one off; what is
 * too small for them is written with an exponent.
 */
export function ledgerTexts(values: readonly number[]): readonly string[] {
  const ends = [values[0] ?? 0, values.at(-1) ?? 0].map(Math.abs).filter(Number.isFinite);
  const largest = Math.max(...ends, 0);
  const spacing = largest === 0 ? 1e-7 : 2 ** (Math.floor(Math.log2(largest)) - 23);
  const most = Math.floor(-Math.log10(spacing));
  // Beyond, toFixed would write digits that float32 does not have, or more than it can.
  if (most < 0 || most > 15) return values.map((value) => formatNumber(value, 7));
  const choices = Array.from({ length: sparable + 1 }, (_, less) => Math.max(0, most - less));
  const decimals = choices.find((choice) => addsUp(values, choice)) ?? most;
  return values.map((value) => {
    const lost = value !== 0 && Math.abs(value) < 0.5 * 10 ** -decimals;
    return lost ? formatNumber(value, 3) : formatIn({ kind: "fixed", decimals }, value);
  });
}

/** Whether the rounded numbers, but for the last, add up to the last, and none has become too short. */
function addsUp(values: readonly number[], decimals: number): boolean {
  const shortest = 10 ** (fewestDigits - 1 - decimals);
  if (values.some((value) => value !== 0 && Math.abs(value) < shortest)) return false;
  const units = values.map((value) => Math.round(Number(value.toFixed(decimals)) * 10 ** decimals));
  const after = units.pop() ?? 0;
  return units.reduce((sum, unit) => sum + unit, 0) === after;
}
