// SPDX-License-Identifier: MIT
/** Paints a surface as a contour map: calm bands, thin lines, a cross at every minimiser. */

import type { Brush } from "./brush.js";
import { contourLevels } from "./contour-levels.js";
import { ContourTracer, type GridValues, type Ring } from "./contours.js";
import { cssColour, mix, parseColour } from "./colour.js";
import type { Projection } from "./projection.js";
import { refine } from "./refine.js";

export interface Contours {
  readonly columns: number;
  readonly rows: number;
  /** Ascending levels with the outlines of what lies above each. */
  readonly levels: readonly { readonly level: number; readonly rings: readonly Ring[] }[];
  /** Where the surface has no value. */
  readonly undefinedRings: readonly Ring[];
}

const kLevels = 15;
/** Grids with fewer points to a side are refined first. */
const kFine = 240;
/** A surface with more outlines than this is drawn with fainter lines, or they would hide it. */
const kManyRings = 100;

/** The outlines of a surface, found once per grid. */
export function findContours(grid: GridValues): Contours {
  const finer = grid.columns < kFine && grid.rows < kFine ? refine : (coarse: GridValues) => coarse;
  const fine = finer(withoutGaps(grid));
  const tracer = new ContourTracer(fine);
  const holes = Array.from(grid.values, (value) => (Number.isNaN(value) ? 1 : 0));
  return {
    columns: fine.columns,
    rows: fine.rows,
    levels: contourLevels(grid.values, kLevels).map((level) => ({
      level,
      rings: tracer.rings(level),
    })),
    undefinedRings: holes.includes(1)
      ? new ContourTracer(finer({ ...grid, values: holes })).rings(0.5)
      : [],
  };
}

export interface SurfaceColours {
  readonly low: string;
  readonly high: string;
  readonly line: string;
  readonly paper: string;
}

export function paintContours(
  brush: Brush,
  contours: Contours,
  width: number,
  height: number,
  colours: SurfaceColours,
): void {
  const toX = (column: number) => (column / (contours.columns - 1)) * width;
  const toY = (row: number) => height - (row / (contours.rows - 1)) * height;
  const low = parseColour(colours.low);
  const high = parseColour(colours.high);
  brush.fillStyle = contours.levels.length > 0 ? colours.low : colours.high;
  brush.fillRect(0, 0, width, height);
  contours.levels.forEach(({ rings }, index) => {
    brush.beginPath();
    for (const ring of rings) traceRing(brush, ring, toX, toY);
    brush.fillStyle = cssColour(mix(low, high, (index + 1) / contours.levels.length));
    brush.fill("evenodd");
  });
  brush.strokeStyle = colours.line;
  brush.lineWidth = 0.75;
  const rings = contours.levels.reduce((sum, level) => sum + level.rings.length, 0);
  brush.globalAlpha = 0.28 * Math.max(0.4, Math.min(1, kManyRings / rings));
  for (const { rings } of contours.levels) {
    brush.beginPath();
    for (const ring of rings) traceInner(brush, ring, contours, toX, toY);
    brush.stroke();
  }
  brush.globalAlpha = 1;
  if (contours.undefinedRings.length > 0) {
    brush.beginPath();
    for (const ring of contours.undefinedRings) traceRing(brush, ring, toX, toY);
    brush.fillStyle = colours.paper;
    brush.fill("evenodd");
  }
}

/** A cross at each minimiser that the picture shows. */
export function paintMinimisers(
  brush: Brush,
  projection: Projection,
  minimisers: readonly (readonly [number, number])[],
  colour: string,
): void {
  brush.strokeStyle = colour;
  brush.lineWidth = 1.4;
  brush.setLineDash([]);
  for (const [x, y] of minimisers) {
    if (!projection.contains(x, y)) continue;
    const [left, top] = [projection.toX(x), projection.toY(y)];
    brush.beginPath();
    brush.moveTo(left - 6, top);
    brush.lineTo(left + 6, top);
    brush.moveTo(left, top - 6);
    brush.lineTo(left, top + 6);
    brush.stroke();
  }
}

type Scale = (units: number) => number;

function traceRing(brush: Brush, ring: Ring, toX: Scale, toY: Scale): void {
  for (let index = 0; index < ring.length; index += 2) {
    const [x, y] = [toX(ring[index]!), toY(ring[index + 1]!)];
    if (index === 0) brush.moveTo(x, y);
    else brush.lineTo(x, y);
  }
  brush.closePath();
}

/** A ring without the stretches along the border, which are no contours. */
function traceInner(brush: Brush, ring: Ring, grid: Contours, toX: Scale, toY: Scale): void {
  const onBorder = (index: number): boolean => {
    const [x, y] = [ring[index]!, ring[index + 1]!];
    return x <= 0 || y <= 0 || x >= grid.columns - 1 || y >= grid.rows - 1;
  };
  let drawing = false;
  for (let step = 0; step <= ring.length; step += 2) {
    const index = step % ring.length;
    const previous = (step - 2 + ring.length) % ring.length;
    const [x, y] = [toX(ring[index]!), toY(ring[index + 1]!)];
    drawing = step > 0 && !(onBorder(index) && onBorder(previous));
    if (drawing) brush.lineTo(x, y);
    else brush.moveTo(x, y);
  }
}

/** Without values that are not finite: NaN becomes the highest, so that no contour is drawn through a hole. */
function withoutGaps(grid: GridValues): GridValues {
  let [lowest, highest] = [Infinity, -Infinity];
  for (let index = 0; index < grid.values.length; index++) {
    const value = grid.values[index]!;
    if (!Number.isFinite(value)) continue;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  const values = Float64Array.from(grid.values, (value) =>
    Number.isFinite(value) ? value : value === -Infinity ? lowest : highest,
  );
  return { ...grid, values };
}
