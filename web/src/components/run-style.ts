// SPDX-License-Identifier: MIT
/** How runs are told apart: a colour, a dash and a marker each, so that no one has to rely on colour. */

export type MarkerShape =
  | "circle"
  | "square"
  | "triangle"
  | "diamond"
  | "inverted-triangle"
  | "pentagon"
  | "plus"
  | "cross";

export interface RunStyle {
  /** The custom property that holds the colour in the present theme. */
  readonly colour: `--step-lab-run-${number}`;
  /** Dash and gap lengths in CSS pixels; empty for a solid line. */
  readonly dash: readonly number[];
  readonly marker: MarkerShape;
}

/** Runs beyond the eighth repeat the styles; their labels still differ. */
export const kRunStyles: readonly RunStyle[] = [
  { colour: "--step-lab-run-1", dash: [], marker: "circle" },
  { colour: "--step-lab-run-2", dash: [6, 4], marker: "square" },
  { colour: "--step-lab-run-3", dash: [2, 3], marker: "triangle" },
  { colour: "--step-lab-run-4", dash: [10, 3, 2, 3], marker: "diamond" },
  { colour: "--step-lab-run-5", dash: [12, 5], marker: "inverted-triangle" },
  { colour: "--step-lab-run-6", dash: [5, 2], marker: "pentagon" },
  { colour: "--step-lab-run-7", dash: [6, 3, 2, 3, 2, 3], marker: "plus" },
  { colour: "--step-lab-run-8", dash: [1, 4], marker: "cross" },
];

/** The style of the run at an index. */
export function runStyle(index: number): RunStyle {
  return kRunStyles[index % kRunStyles.length]!;
}

/** The outline of a marker of the given radius around the origin, closed and ready to fill. */
export function markerOutline(
  shape: MarkerShape,
  radius: number,
): readonly (readonly [number, number])[] {
  switch (shape) {
    case "circle":
      return polygon(24, radius, 0);
    case "square":
      return polygon(4, radius * 1.22, Math.PI / 4);
    case "triangle":
      return polygon(3, radius * 1.35, -Math.PI / 2);
    case "diamond":
      return polygon(4, radius * 1.3, 0);
    case "inverted-triangle":
      return polygon(3, radius * 1.35, Math.PI / 2);
    case "pentagon":
      return polygon(5, radius * 1.2, -Math.PI / 2);
    case "plus":
      return bars(radius * 1.25, radius * 0.42, 0);
    case "cross":
      return bars(radius * 1.25, radius * 0.42, Math.PI / 4);
  }
}

/** A marker as SVG path data, for legends. */
export function markerPath(shape: MarkerShape, radius: number, x = 0, y = 0): string {
  const points = markerOutline(shape, radius).map(
    ([dx, dy]) => `${(x + dx).toFixed(2)} ${(y + dy).toFixed(2)}`,
  );
  return `M${points.join("L")}Z`;
}

function polygon(corners: number, radius: number, turn: number): [number, number][] {
  return Array.from({ length: corners }, (_, corner) => {
    const angle = turn + (corner / corners) * 2 * Math.PI;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}

function bars(reach: number, half: number, turn: number): [number, number][] {
  const upright: [number, number][] = [
    [half, -reach],
    [half, -half],
    [reach, -half],
    [reach, half],
    [half, half],
    [half, reach],
    [-half, reach],
    [-half, half],
    [-reach, half],
    [-reach, -half],
    [-half, -half],
    [-half, -reach],
  ];
  const [cosine, sine] = [Math.cos(turn), Math.sin(turn)];
  return upright.map(([x, y]) => [x * cosine - y * sine, x * sine + y * cosine]);
}
