// SPDX-License-Identifier: MIT
/** Where the contours of a surface lie, so that any surface gives an even picture. */

/**
 * Ascending values that cut a surface into `count` + 1 bands. They are spaced by a power of the height above
 * the lowest point, chosen so that half of the picture lies above the middle level: 2 gives a bowl evenly spaced
 * rings; a large power, for Rosenbrock's valley, comes close to logarithmic spacing. Heights are
 * measured from the lowest value, so negative minima are nothing special. Empty for a flat surface.
 */
export function contourLevels(values: ArrayLike<number>, count: number): readonly number[] {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  if (sorted.length === 0) return [];
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  const median = quantile(0.5);
  let low = sorted[0]!;
  let high = quantile(0.98);
  // A pole would leave everything else in one band.
  if (median - low > kPole * (median - quantile(0.02))) low = quantile(0.02);
  if (!(high > low)) [low, high] = [sorted[0]!, sorted[sorted.length - 1]!];
  if (!(high > low)) return [];
  const share = Math.min(0.5, Math.max((median - low) / (high - low), Number.MIN_VALUE));
  const power = Math.log(share) / Math.log(0.5);
  // A ring around less of the picture than this could not be drawn.
  const smallest = ((quantile(0.004) - low) / (high - low)) ** (1 / power);
  const first = Math.max(0.5 / count, smallest);
  return Array.from(
    { length: count },
    (_, index) => low + (high - low) * (first + ((1 - first) * index) / count) ** power,
  );
}

/** How many times further than the lower fiftieth the lowest value may lie below the median. */
const kPole = 40;
