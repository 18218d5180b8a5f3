// SPDX-License-Identifier: MIT
/** A classifier's scores as colours: the winner's colour, the fainter the closer the decision. */

import { mix, type Rgb } from "./colour.js";

/** Class scores as `Session.decisionMap` gives them: row-major [rows·columns, classes], lowest y first. */
export interface ScoreGrid {
  readonly columns: number;
  readonly rows: number;
  readonly classes: number;
  readonly scores: Float32Array;
}

/** How strongly a sure decision is coloured; points over it must stay readable. */
const kStrongest = 0.3;

/** Pixels of a picture of columns × rows, top row first, in RGBA. */
export function decisionPixels(
  grid: ScoreGrid,
  colours: readonly Rgb[],
  paper: Rgb,
): Uint8ClampedArray<ArrayBuffer> {
  const { columns, rows, classes, scores } = grid;
  const pixels = new Uint8ClampedArray(new ArrayBuffer(4 * columns * rows));
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const first = (row * columns + column) * classes;
      const { winner, certainty } = decide(scores.subarray(first, first + classes));
      const colour =
        winner < 0 ? paper : mix(paper, colours[winner % colours.length]!, kStrongest * certainty);
      const pixel = 4 * ((rows - 1 - row) * columns + column);
      pixels.set([...colour, 255], pixel);
    }
  }
  return pixels;
}

/** The class with the highest score and how sure it is, 0 at a tie and 1 at certainty. -1 when a score is NaN. */
export function decide(scores: Float32Array): { winner: number; certainty: number } {
  if (scores.some(Number.isNaN)) return { winner: -1, certainty: 0 };
  let winner = 0;
  scores.forEach((score, index) => {
    if (score > scores[winner]!) winner = index;
  });
  // The share that softmax gives the winner, from an even share to all of it.
  const share = 1 / scores.reduce((sum, score) => sum + Math.exp(score - scores[winner]!), 0);
  const even = 1 / scores.length;
  return { winner, certainty: scores.length === 1 ? 1 : (share - even) / (1 - even) };
}
