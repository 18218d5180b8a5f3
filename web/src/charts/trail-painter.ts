// SPDX-License-Identifier: MIT
/** Paints the ways of runs over a surface, each ending in its marker and its name. */

import { markerOutline, runStyle } from "../components/run-style.js";
import type { Brush } from "./brush.js";
import { visiblePoints, type Path } from "./decimation.js";
import { placeLabels, type LabelRequest, type Rectangle } from "./label-placement.js";
import type { Projection } from "./projection.js";

/** One run's way: its points from the start on. */
export interface Trail extends Path {
  readonly label: string;
  /** Which of the run styles it takes. */
  readonly run: number;
  /** Of the run's averaged weights: a thin line with a hollow marker. */
  readonly average?: boolean;
}

export interface TrailColours {
  readonly paper: string;
  readonly run: (index: number) => string;
  readonly font: string;
}

/** A trail's last point, at the edge of the picture when it lies outside. */
interface Tip {
  readonly trail: Trail;
  readonly x: number;
  readonly y: number;
  /** The direction in which the trail left the picture, or null. */
  readonly leaves: number | null;
}

/** Points to a stroke. */
const kStroke = 100;
const kMarker = 6;
const kEdge = 12;

/** Paints the first `count` points of each trail; the first trail lies on top, and no name where it is taken. */
export function paintTrails(
  brush: Brush,
  projection: Projection,
  trails: readonly Trail[],
  count: number,
  colours: TrailColours,
  taken: readonly Rectangle[] = [],
): void {
  const tips: Tip[] = [];
  for (const trail of [...trails].reverse()) {
    const points = visiblePoints(trail, count, [projection.scaleX, projection.scaleY], 0.7);
    if (points.length === 0) continue;
    paintTrail(brush, projection, trail, points, colours.run(trail.run));
    tips.unshift(tipOf(projection, trail, points[points.length - 1]!));
  }
  for (const tip of [...tips].reverse()) paintTip(brush, tip, colours);
  paintNames(brush, projection, tips, colours, taken);
}

function paintTrail(
  brush: Brush,
  projection: Projection,
  trail: Trail,
  points: readonly number[],
  colour: string,
): void {
  brush.strokeStyle = colour;
  brush.fillStyle = colour;
  brush.lineWidth = trail.average === true ? 1 : 2;
  brush.lineJoin = "round";
  brush.setLineDash([...runStyle(trail.run).dash]);
  // A line that crosses itself often costs far more as one stroke than as several.
  for (let first = 0; first === 0 || first + 1 < points.length; first += kStroke) {
    brush.beginPath();
    points.slice(first, first + kStroke + 1).forEach((index, position) => {
      const [x, y] = pixel(projection, trail, index);
      if (position === 0) brush.moveTo(x, y);
      else brush.lineTo(x, y);
    });
    brush.stroke();
  }
  brush.setLineDash([]);
  if (trail.average !== true) paintSteps(brush, projection, trail, points);
}

/** A dot for every step, where steps are far enough apart to be told one from another. */
function paintSteps(
  brush: Brush,
  projection: Projection,
  trail: Trail,
  points: readonly number[],
): void {
  brush.beginPath();
  let [lastX, lastY] = [-Infinity, -Infinity];
  for (const index of points) {
    const [x, y] = pixel(projection, trail, index);
    if (Math.hypot(x - lastX, y - lastY) < 7) continue;
    [lastX, lastY] = [x, y];
    traceOutline(brush, markerOutline("circle", 2.3), x, y);
  }
  brush.fill();
}

function paintTip(brush: Brush, tip: Tip, colours: TrailColours): void {
  const colour = colours.run(tip.trail.run);
  const hollow = tip.trail.average === true;
  brush.fillStyle = hollow ? colours.paper : colour;
  brush.strokeStyle = hollow ? colour : colours.paper;
  brush.lineWidth = hollow ? 3.5 : 4.5;
  const outline =
    tip.leaves === null
      ? markerOutline(runStyle(tip.trail.run).marker, kMarker)
      : arrowhead(tip.leaves);
  brush.beginPath();
  traceOutline(brush, outline, tip.x, tip.y);
  brush.stroke();
  brush.fill();
}

function paintNames(
  brush: Brush,
  projection: Projection,
  tips: readonly Tip[],
  colours: TrailColours,
  taken: readonly Rectangle[],
): void {
  brush.font = `600 13px ${colours.font}`;
  brush.textBaseline = "middle";
  const requests: LabelRequest[] = tips.map(({ x, y, trail }) => ({
    x,
    y,
    width: brush.measureText(trail.label).width,
    height: 17,
  }));
  const bounds = { left: 4, top: 4, width: projection.width - 8, height: projection.height - 8 };
  const places = placeLabels(requests, bounds, taken);
  tips.forEach(({ trail }, index) => {
    const { left, top, height } = places[index]!;
    brush.strokeStyle = colours.paper;
    brush.lineWidth = 4;
    brush.globalAlpha = 0.85;
    brush.strokeText(trail.label, left, top + height / 2);
    brush.globalAlpha = 1;
    brush.fillStyle = colours.run(trail.run);
    brush.fillText(trail.label, left, top + height / 2);
  });
}

function tipOf(projection: Projection, trail: Trail, index: number): Tip {
  const [x, y] = pixel(projection, trail, index);
  if (projection.contains(trail.x[index]!, trail.y[index]!)) return { trail, x, y, leaves: null };
  const inside = {
    x: Math.min(projection.width - kEdge, Math.max(kEdge, x)),
    y: Math.min(projection.height - kEdge, Math.max(kEdge, y)),
  };
  return { trail, ...inside, leaves: Math.atan2(y - inside.y, x - inside.x) };
}

function pixel(projection: Projection, trail: Trail, index: number): readonly [number, number] {
  // A canvas loses lines whose ends are astronomically far away.
  return [bounded(projection.toX(trail.x[index]!)), bounded(projection.toY(trail.y[index]!))];
}

function bounded(pixels: number): number {
  return Math.min(1e5, Math.max(-1e5, pixels));
}

function traceOutline(
  brush: Brush,
  outline: readonly (readonly [number, number])[],
  x: number,
  y: number,
): void {
  outline.forEach(([dx, dy], index) => {
    if (index === 0) brush.moveTo(x + dx, y + dy);
    else brush.lineTo(x + dx, y + dy);
  });
  brush.closePath();
}

function arrowhead(angle: number): readonly (readonly [number, number])[] {
  const corners = [
    [8, 0],
    [-5, -6],
    [-2, 0],
    [-5, 6],
  ] as const;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  return corners.map(([x, y]) => [x * cosine - y * sine, x * sine + y * cosine] as const);
}
