// SPDX-License-Identifier: MIT
/** Few, round ticks: powers of ten on a logarithmic axis, steps of 1, 2 or 5 on a linear one. */

/** Positions within low..high, about `count` of them. */
export function linearTicks(low: number, high: number, count: number): readonly number[] {
  const rough = (high - low) / Math.max(1, count);
  if (!(rough > 0)) return [];
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * magnitude >= rough)! * magnitude;
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step); index * step <= high * (1 + 1e-12); index++) {
    ticks.push(Number((index * step).toPrecision(12)));
  }
  return ticks;
}

/** Decades, thinned to about `count`; with 2 and 5 between them where there are fewer than two. */
export function logTicks(low: number, high: number, count: number): readonly number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  if (last - first < 1) {
    const decades = [first - 1, first, first + 1];
    return decades
      .flatMap((decade) => [1, 2, 5].map((factor) => Number(`${factor}e${decade}`)))
      .filter((tick) => tick >= low && tick <= high);
  }
  const stride = Math.max(1, Math.ceil((last - first + 1) / Math.max(1, count)));
  const ticks: number[] = [];
  for (let decade = Math.ceil(first / stride) * stride; decade <= last; decade += stride) {
    ticks.push(Number(`1e${decade}`));
  }
  return ticks;
}

const kSuperscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A tick of a logarithmic axis: 10⁻² for a power of ten outside 0.01..1000, else a plain number. */
export function logTickLabel(value: number): string {
  const exponent = Math.round(Math.log10(value));
  const power = Number(`1e${exponent}`) === value;
  if (!power || (exponent >= -2 && exponent <= 3)) return String(value);
  const digits = [...String(Math.abs(exponent))].map((digit) => kSuperscripts[Number(digit)]!);
  return `10${exponent < 0 ? "⁻" : ""}${digits.join("")}`;
}
