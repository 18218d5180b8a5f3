// SPDX-License-Identifier: MIT
/** Writes what is painted as an SVG document. */

import type { Brush } from "./brush.js";

export class SvgBrush implements Brush {
  fillStyle: Brush["fillStyle"] = "#000";
  strokeStyle: Brush["strokeStyle"] = "#000";
  lineWidth = 1;
  lineJoin: CanvasLineJoin = "miter";
  lineCap: CanvasLineCap = "butt";
  globalAlpha = 1;
  font = "10px sans-serif";
  textBaseline: CanvasTextBaseline = "alphabetic";

  readonly #width: number;
  readonly #height: number;
  readonly #measure: (font: string, text: string) => number;
  #elements: string[] = [];
  #path = "";
  #dash: readonly number[] = [];

  constructor(width: number, height: number, measure: (font: string, text: string) => number) {
    this.#width = width;
    this.#height = height;
    this.#measure = measure;
  }

  /** The document so far. */
  toString(title = ""): string {
    const size = `width="${this.#width}" height="${this.#height}"`;
    const box = `viewBox="0 0 ${this.#width} ${this.#height}"`;
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${box}>`,
      `<title>${escaped(title)}</title>`,
      ...this.#elements,
      "</svg>",
    ].join("\n");
  }

  beginPath(): void {
    this.#path = "";
  }

  moveTo(x: number, y: number): void {
    this.#path += `M${rounded(x)} ${rounded(y)}`;
  }

  lineTo(x: number, y: number): void {
    this.#path += `L${rounded(x)} ${rounded(y)}`;
  }

  closePath(): void {
    this.#path += "Z";
  }

  fill(pathOrRule?: Path2D | CanvasFillRule): void {
    const rule = pathOrRule === "evenodd" ? ' fill-rule="evenodd"' : "";
    this.#add(`<path d="${this.#path}"${rule} ${this.#filled()}/>`);
  }

  stroke(): void {
    this.#add(`<path d="${this.#path}" ${this.#stroked()}/>`);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    const box = `x="${rounded(x)}" y="${rounded(y)}" width="${rounded(width)}" height="${rounded(height)}"`;
    this.#add(`<rect ${box} ${this.#filled()}/>`);
  }

  fillText(text: string, x: number, y: number): void {
    this.#text(text, x, y, this.#filled());
  }

  strokeText(text: string, x: number, y: number): void {
    this.#text(text, x, y, this.#stroked());
  }

  measureText(text: string): TextMetrics {
    return { width: this.#measure(this.font, text) } as TextMetrics;
  }

  setLineDash(segments: Iterable<number>): void {
    this.#dash = [...segments];
  }

  #text(text: string, x: number, y: number, paint: string): void {
    const baseline = this.textBaseline === "middle" ? ' dominant-baseline="central"' : "";
    const font = escaped(this.font);
    this.#add(
      `<text x="${rounded(x)}" y="${rounded(y)}"${baseline} style="font: ${font}" ${paint}>${escaped(text)}</text>`,
    );
  }

  #filled(): string {
    return `fill="${escaped(String(this.fillStyle))}"${this.#opacity()}`;
  }

  #stroked(): string {
    const dash = this.#dash.length > 0 ? ` stroke-dasharray="${this.#dash.join(" ")}"` : "";
    const join = this.lineJoin === "round" ? ' stroke-linejoin="round"' : "";
    const colour = escaped(String(this.strokeStyle));
    return `fill="none" stroke="${colour}" stroke-width="${this.lineWidth}"${dash}${join}${this.#opacity()}`;
  }

  #opacity(): string {
    return this.globalAlpha === 1 ? "" : ` opacity="${this.globalAlpha}"`;
  }

  #add(element: string): void {
    this.#elements.push(element);
  }
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
