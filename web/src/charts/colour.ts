// SPDX-License-Identifier: MIT
/** Colours as numbers, for scales between two of the theme's colours. */

export type Rgb = readonly [number, number, number];

/** Reads `#rgb`, `#rrggbb` or `rgb(…)`; a colour written otherwise is taken for mid grey. */
export function parseColour(text: string): Rgb {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text)?.[1];
  if (hex) {
    const wide = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
    return [0, 2, 4].map((at) => parseInt(wide.slice(at, at + 2), 16)) as unknown as Rgb;
  }
  const numbers = /^rgba?\(([^)]*)\)$/
    .exec(text)?.[1]
    ?.match(/[\d.]+/g)
    ?.map(Number);
  return numbers && numbers.length >= 3 ? [numbers[0]!, numbers[1]!, numbers[2]!] : [128, 128, 128];
}

/** The colour a share of the way from one to another. */
export function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const at = (channel: 0 | 1 | 2) => from[channel] + (to[channel] - from[channel]) * share;
  return [at(0), at(1), at(2)];
}

export function cssColour([red, green, blue]: Rgb): string {
  return `rgb(${Math.round(red)}, ${Math.round(green)}, ${Math.round(blue)})`;
}
