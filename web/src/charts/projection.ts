// SPDX-License-Identifier: MIT
/** From a view box of the plane to the pixels of a picture, y upwards, and back. */

import type { View } from "../engine/types.js";

export class Projection {
  /** Pixels per unit. */
  readonly scaleX: number;
  readonly scaleY: number;

  constructor(
    readonly view: View,
    readonly width: number,
    readonly height: number,
  ) {
    this.scaleX = width / (view[1] - view[0]);
    this.scaleY = height / (view[3] - view[2]);
  }

  toX(x: number): number {
    return (x - this.view[0]) * this.scaleX;
  }

  toY(y: number): number {
    return (this.view[3] - y) * this.scaleY;
  }

  fromX(pixel: number): number {
    return this.view[0] + pixel / this.scaleX;
  }

  fromY(pixel: number): number {
    return this.view[3] - pixel / this.scaleY;
  }

  contains(x: number, y: number): boolean {
    const [xMin, xMax, yMin, yMax] = this.view;
    return x >= xMin && x <= xMax && y >= yMin && y <= yMax;
  }
}
