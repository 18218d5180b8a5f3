// SPDX-License-Identifier: MIT
/** From a slider's position in 0..1 to a hyper-parameter's value and back. */

export interface SliderScale {
  readonly min: number;
  readonly max: number;
  readonly scale: "linear" | "logarithmic";
}

/** How many decades a logarithmic slider shows below its top when the range begins at zero or is wider. */
const kDecades = 8;
/** The widest linear range that a slider can be precise in. */
const kWidest = 1e4;

/** The finite part of a range that a slider covers; the field beside it accepts the rest. */
export function sliderRange({ min, max, scale }: SliderScale): readonly [number, number] {
  if (scale === "logarithmic") {
    const top = Math.min(max, 1e3);
    return [Math.max(min, top / 10 ** kDecades), top];
  }
  return [Math.max(min, -kWidest), Math.min(max, kWidest)];
}

/** Where a value sits on the slider, 0..1. Zero is at the very left of a logarithmic slider that allows it. */
export function toPosition(scale: SliderScale, value: number): number {
  const [low, high] = sliderRange(scale);
  if (high <= low) return 0;
  if (scale.scale === "linear") return clamp((value - low) / (high - low));
  if (value <= low) return 0;
  return clamp(Math.log(value / low) / Math.log(high / low));
}

/** The value at a slider's position, rounded so that it reads well: two significant digits when logarithmic. */
export function fromPosition(scale: SliderScale, position: number): number {
  const [low, high] = sliderRange(scale);
  if (position <= 0) return scale.min <= 0 && scale.scale === "logarithmic" ? scale.min : low;
  if (position >= 1) return high;
  if (scale.scale === "logarithmic") {
    const value = low * (high / low) ** position;
    return Math.min(high, Math.max(low, Number(value.toPrecision(2))));
  }
  const step = 10 ** Math.floor(Math.log10((high - low) / 100));
  const value = Math.round((low + (high - low) * position) / step) * step;
  return Math.min(high, Math.max(low, Number(value.toPrecision(12))));
}

function clamp(position: number): number {
  return Math.min(1, Math.max(0, position));
}
