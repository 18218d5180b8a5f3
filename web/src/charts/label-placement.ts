// SPDX-License-Identifier: MIT
/** Labels that do not cover one another: around points in the plane, and along the right edge of a chart. */

export interface LabelRequest {
  /** The point that is named. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const kClearance = 11;

/**
 * A place beside each point, in order of importance: inside `bounds` where possible, clear of the points,
 * of the labels placed before and of what is `taken`.
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  bounds: Rectangle,
  taken: readonly Rectangle[] = [],
): readonly Rectangle[] {
  const placed: Rectangle[] = [];
  const points = requests.map(({ x, y }) => around(x, y, kClearance - 2));
  for (const request of requests) {
    let best: Rectangle | undefined;
    let bestCost = Infinity;
    candidates(request).forEach((candidate, preference) => {
      let cost = preference * 0.5 + outside(candidate, bounds) * 4;
      for (const other of [...taken, ...placed]) cost += overlap(candidate, other) * 3;
      for (const point of points) cost += overlap(candidate, point);
      if (cost < bestCost) [best, bestCost] = [candidate, cost];
    });
    placed.push(best!);
  }
  return placed;
}

/** Centres for labels of one height at the wished positions, in order and apart, within low..high. */
export function spreadLabels(
  wished: readonly number[],
  height: number,
  low: number,
  high: number,
): readonly number[] {
  const order = wished.map((_, index) => index).sort((a, b) => wished[a]! - wished[b]!);
  const centres = new Array<number>(wished.length).fill(0);
  const gap = Math.min(height, (high - low) / Math.max(1, wished.length));
  let next = low + gap / 2;
  for (const index of order) {
    centres[index] = Math.max(wished[index]!, next);
    next = centres[index]! + gap;
  }
  let ceiling = high - gap / 2;
  for (const index of order.reverse()) {
    centres[index] = Math.min(centres[index]!, ceiling);
    ceiling = centres[index]! - gap;
  }
  return centres;
}

/** Beside the point first, above before below, then further away. */
function candidates({ x, y, width, height }: LabelRequest): Rectangle[] {
  const places: Rectangle[] = [];
  for (const far of [0, height, 2 * height, 3 * height]) {
    const right = x + kClearance;
    const left = x - kClearance - width;
    const above = y - kClearance - height + 4 - far;
    const below = y + kClearance - 4 + far;
    for (const top of far === 0 ? [above, y - height / 2, below] : [above, below]) {
      places.push({ left: right, top, width, height }, { left, top, width, height });
    }
    places.push({ left: x - width / 2, top: above - 4, width, height });
    places.push({ left: x - width / 2, top: below + 4, width, height });
  }
  return places;
}

function around(x: number, y: number, reach: number): Rectangle {
  return { left: x - reach, top: y - reach, width: 2 * reach, height: 2 * reach };
}

function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

function outside(inner: Rectangle, bounds: Rectangle): number {
  return inner.width * inner.height - overlap(inner, bounds);
}
