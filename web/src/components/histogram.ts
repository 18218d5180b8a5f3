// SPDX-License-Identifier: MIT
/** A histogram small enough to stand in a table's cell. */

const kBars = 12;
/** More values than this are sampled evenly. */
const kSamples = 4096;

/** How many of the finite values fall into each of `bars` equal parts of their range. */
export function histogram(values: ArrayLike<number>, bars: number): readonly number[] {
  const stride = Math.max(1, Math.floor(values.length / kSamples));
  let [low, high] = [Infinity, -Infinity];
  for (let at = 0; at < values.length; at += stride) {
    const value = values[at]!;
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const counts = new Array<number>(bars).fill(0);
  if (low > high) return counts;
  const width = high - low || 1;
  for (let at = 0; at < values.length; at += stride) {
    const value = values[at]!;
    if (!Number.isFinite(value)) continue;
    const bar = Math.min(bars - 1, Math.floor(((value - low) / width) * bars));
    counts[bar] = counts[bar]! + 1;
  }
  return counts;
}

/** The bars as SVG path data in a box of the given size. */
export function histogramPath(values: ArrayLike<number>, width: number, height: number): string {
  const counts = histogram(values, kBars);
  const most = Math.max(1, ...counts);
  const bar = width / kBars;
  return counts
    .map((count, index) => {
      if (count === 0) return "";
      const tall = Math.max(1, (count / most) * height);
      return `M${(index * bar).toFixed(1)} ${height}v${(-tall).toFixed(1)}h${(bar - 1).toFixed(1)}V${height}z`;
    })
    .join("");
}
