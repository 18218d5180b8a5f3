// SPDX-License-Identifier: MIT
/** Numbers as people read them: one precision to a column, a true minus sign, exponents as 1.2e−7. */

/** How the numbers of one column are written. */
export type NumberFormat =
  | { readonly kind: "fixed"; readonly decimals: number }
  | { readonly kind: "exponent"; readonly decimals: number };

const kMinus = "\u2212";
const kLargestFixed = 1e6;
const kMostDecimals = 7;

/** The format that shows `digits` significant digits of the column's typical number, for all of them alike. */
export function columnFormat(values: Iterable<number>, digits = 5): NumberFormat {
  let largest = 0;
  let smallest = Infinity;
  let whole = true;
  for (const value of values) {
    const size = Math.abs(value);
    if (!Number.isFinite(size)) continue;
    whole &&= Number.isInteger(value);
    if (size === 0) continue;
    largest = Math.max(largest, size);
    smallest = Math.min(smallest, size);
  }
  if (whole && largest < kLargestFixed) return { kind: "fixed", decimals: 0 };
  const magnitude = Math.floor(Math.log10(largest));
  // A column that spans many decades would lose its small numbers in fixed notation.
  const decimals = Math.max(0, digits - 1 - Math.max(0, magnitude));
  const lost = smallest < 10 ** (1 - decimals) / 5;
  if (largest >= kLargestFixed || lost) {
    const needed = digits - 1 - Math.floor(Math.log10(smallest));
    if (largest < 10 && needed <= kMostDecimals) return { kind: "fixed", decimals: needed };
    return { kind: "exponent", decimals: digits - 2 };
  }
  return { kind: "fixed", decimals };
}

/** A number in a column's format. None is shown for null; NaN and infinities by name and sign. */
export function formatIn(format: NumberFormat, value: number | null): string {
  if (value === null) return "None";
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${kMinus}∞`;
  const text =
    format.kind === "fixed" ? value.toFixed(format.decimals) : value.toExponential(format.decimals);
  return withMinus(text.replace("e+", "e"));
}

/** A number on its own, with up to `digits` significant digits and no trailing zeros. */
export function formatNumber(value: number | null, digits = 4): string {
  if (value === null || !Number.isFinite(value)) {
    return formatIn({ kind: "fixed", decimals: 0 }, value);
  }
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e-4 && size < kLargestFixed) {
    return withMinus(String(Number(value.toPrecision(Math.max(digits, wholeDigits(size))))));
  }
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  return withMinus(`${Number(mantissa)}e${exponent!.replace("+", "")}`);
}

/** A count with thin spaces between thousands. */
export function formatCount(value: number): string {
  return withMinus(String(Math.trunc(value))).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/**
 * What someone typed, as a number: `1e-3`, `0,001`, `−2`, `1/3` and `2^-4` are understood.
 * null when it is not a number.
 */
export function parseNumber(text: string): number | null {
  const plain = text
    .trim()
    .replaceAll(kMinus, "-")
    .replace(/[\s\u202f_]/g, "")
    .replace(",", ".");
  const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  if (decimal.test(plain)) return Number(plain);
  const [left, operator, right] = plain.split(/([/^])/);
  if (!left || !right || !decimal.test(left) || !decimal.test(right)) return null;
  const value = operator === "/" ? Number(left) / Number(right) : Number(left) ** Number(right);
  return Number.isFinite(value) ? value : null;
}

/** A number as it is put into a text field: exact, with the keyboard's own minus. */
export function editableNumber(value: number): string {
  return String(value).replace("e+", "e");
}

function withMinus(text: string): string {
  return text.replaceAll("-", kMinus);
}

function wholeDigits(size: number): number {
  return size < 1 ? 1 : Math.floor(Math.log10(size)) + 1;
}
