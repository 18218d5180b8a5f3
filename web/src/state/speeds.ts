// SPDX-License-Identifier: MIT
/** How fast a session plays. */

export interface Speed {
  readonly label: string;
  /** Lines of the loop or whole iterations. */
  readonly unit: "lines" | "iterations";
  /** Units a second; Infinity goes as fast as the engine and the screen allow. */
  readonly rate: number;
}

export const speeds: readonly Speed[] = [
  { label: "2 lines/s", unit: "lines", rate: 2 },
  { label: "6 lines/s", unit: "lines", rate: 6 },
  { label: "5 iterations/s", unit: "iterations", rate: 5 },
  { label: "20 iterations/s", unit: "iterations", rate: 20 },
  { label: "60 iterations/s", unit: "iterations", rate: 60 },
  { label: "300 iterations/s", unit: "iterations", rate: 300 },
  { label: "as fast as it goes", unit: "iterations", rate: Infinity },
];

/** Seconds in which a whole experiment is worth watching. */
const goodLength = 7;

/** The index of the speed at which so many steps take a good while and not too long. */
export function speedFor(steps: number): number {
  const wish = Math.log(steps / goodLength);
  let best = 0;
  speeds.forEach(({ unit, rate }, index) => {
    if (unit === "lines" || rate === Infinity) return;
    const found = speeds[best]!;
    const nearer = Math.abs(Math.log(rate) - wish) < Math.abs(Math.log(found.rate) - wish);
    if (nearer || found.unit === "lines") best = index;
  });
  return best;
}
