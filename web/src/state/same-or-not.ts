// SPDX-License-Identifier: MIT
/** Orders of a loop that readers report as bugs; whether they are is for the doctor to say. */

import { canonicalLines, newLine, type LoopLine } from "./loop-lines.js";

export interface Question {
  readonly id: string;
  readonly lines: readonly LoopLine[];
}

const [zeroGrad, forward, backward, step] = canonicalLines as readonly [
  LoopLine,
  LoopLine,
  LoopLine,
  LoopLine,
];
const twice: LoopLine = { ...backward, retainGraph: true };

export const questions: readonly Question[] = [
  { id: "zero-grad-last", lines: [forward, backward, step, zeroGrad] },
  { id: "zero-grad-after-forward", lines: [forward, zeroGrad, backward, step] },
  { id: "zero-grad-before-step", lines: [forward, backward, zeroGrad, step] },
  { id: "zeros-not-none", lines: [{ ...zeroGrad, setToNone: false }, forward, backward, step] },
  { id: "step-first", lines: [step, zeroGrad, forward, backward] },
  { id: "two-forwards", lines: [zeroGrad, forward, forward, backward, step] },
  { id: "two-backwards", lines: [zeroGrad, forward, twice, backward, step] },
  { id: "zero-grad-twice", lines: [zeroGrad, forward, backward, step, zeroGrad] },
  {
    id: "every-second",
    lines: [forward, backward, { ...step, every: 2 }, { ...zeroGrad, every: 2 }],
  },
  {
    id: "scaled",
    lines: [zeroGrad, forward, { ...newLine("scale_loss"), divisor: 2 }, backward, step],
  },
];
