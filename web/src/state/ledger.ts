// SPDX-License-Identifier: MIT
/** Numbers of a sum in float32, with as many decimals as they have in common. */

import { formatIn, formatNumber } from "../components/numbers.js";

/** toFixed has no more. */
const mostDecimals = 20;

/**
 * The first and the last are the sum's beginning and end. All get the decimals that the largest of
 * these two can hold, so that the column adds up to the eye; what is too small for them is written
 * with an exponent.
 */
export function ledgerTexts(values: readonly number[]): readonly string[] {
  const ends = [values[0] ?? 0, values.at(-1) ?? 0].map(Math.abs).filter(Number.isFinite);
  const largest = Math.max(...ends, 0);
  if (largest >= 1e7) return values.map((value) => formatNumber(value, 8));
  const spacing = largest === 0 ? 1e-7 : 2 ** (Math.floor(Math.log2(largest)) - 23);
  const decimals = Math.floor(-Math.log10(spacing));
  if (decimals > mostDecimals) return values.map((value) => formatNumber(value, 7));
  return values.map((value) => {
    const lost = value !== 0 && Math.abs(value) < 0.5 * 10 ** -decimals;
    return lost
      ? formatNumber(value, 3)
      : formatIn({ kind: "fixed", decimals: Math.max(0, decimals) }, value);
  });
}
