// SPDX-License-Identifier: MIT
/** `<step-lab-surface-picture>`: a surface as a contour map, with the ways of several runs over it. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";

import { baseStyles } from "../components/base-styles.js";
import { defineElement } from "../components/define-element.js";
import { formatNumber } from "../components/numbers.js";
import { runStyle } from "../components/run-style.js";
import type { Grid, View } from "../engine/types.js";
import type { Brush } from "./brush.js";
import { lastFinite } from "./decimation.js";
import { valueAt } from "./grid-value.js";
import type { Rectangle } from "./label-placement.js";
import { Projection } from "./projection.js";
import { surfacePictureStyles } from "./surface-picture-styles.js";
import { Stage } from "./stage.js";
import { SvgBrush } from "./svg-brush.js";
import { findContours, paintContours, paintMinimisers, type Contours } from "./surface-painter.js";
import { paintTrails, type Trail } from "./trail-painter.js";

export type { Trail };

/** A surface's values on a grid, as `Engine.evaluateSurface` gives them. */
export interface SurfaceGrid extends Grid {
  readonly values: Float32Array;
}

/** Detail of `start-input` (while it moves) and `start-change` (once it rests). */
export interface StartDetail {
  readonly x: number;
  readonly y: number;
}

/** How far an arrow key moves the start, as a share of the picture; ten times as far with Shift. */
const kNudge = 0.01;

/** The start's name as its style sets it: its size, and how far it stands from the point. */
const kStartName = { width: 30, height: 17, aside: 10, above: 18 } as const;

export class SurfacePicture extends LitElement {
  static override styles = [baseStyles, surfacePictureStyles];

  /** The surface; null while it is being evaluated. */
  @property({ attribute: false }) grid: SurfaceGrid | null = null;
  @property({ attribute: false }) trails: readonly Trail[] = [];
  /** The step up to which trails are drawn; by default all of it. */
  @property({ type: Number }) cursor = Infinity;
  @property({ attribute: false }) start: readonly [number, number] | null = null;
  @property({ attribute: false }) minimisers: readonly (readonly [number, number])[] = [];
  /** What the picture shows, for those who cannot see it. */
  @property() name = "Loss surface";
  /** Keeps the start where it is. */
  @property({ type: Boolean, attribute: "fixed-start" }) fixedStart = false;

  @state() private pointed: readonly [number, number] | null = null;
  @state() private pinned: readonly [number, number] | null = null;

  @query(".picture") private area!: HTMLElement | null;
  @query("canvas.surface") private surfaceCanvas!: HTMLCanvasElement;
  @query("canvas.trails") private trailCanvas!: HTMLCanvasElement;

  readonly #stage = new Stage(
    this,
    () => this.area,
    () => this.#paint(),
  );
  #contours: Contours | null = null;
  /** What the surface's canvas was last painted for. */
  #painted = "";
  #version = 0;
  #dragging = false;

  /** The picture as it is, at the screen's resolution. */
  async toPng(): Promise<Blob> {
    const picture = document.createElement("canvas");
    picture.width = this.surfaceCanvas.width;
    picture.height = this.surfaceCanvas.height;
    const context = picture.getContext("2d")!;
    context.drawImage(this.surfaceCanvas, 0, 0);
    context.drawImage(this.trailCanvas, 0, 0);
    return new Promise((resolve, reject) => {
      picture.toBlob((blob) => {
        if (blob) resolve(blob);
        else reject(new Error("The browser could not encode the picture."));
      }, "image/png");
    });
  }

  /** The same picture in lines and text. */
  toSvg(): string {
    const { width, height } = this.#stage;
    const measure = document.createElement("canvas").getContext("2d")!;
    const brush = new SvgBrush(width, height, (font, text) => {
      measure.font = font;
      return measure.measureText(text).width;
    });
    this.#paintSurface(brush);
    this.#paintTrails(brush);
    return brush.toString(this.#description());
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("grid")) {
      this.#contours = this.grid ? findContours(this.grid) : null;
      this.#version++;
      this.pinned = null;
    }
  }

  override updated(): void {
    this.#stage.invalidate();
  }

  override render(): TemplateResult {
    return html`
      <div
        class="picture"
        @pointermove=${this.#point}
        @pointerleave=${() => (this.pointed = null)}
        @click=${this.#pin}
      >
        <div role="img" aria-label=${this.#description()}>
          <canvas class="surface"></canvas>
          <canvas class="trails"></canvas>
        </div>
        ${this.grid ? nothing : html`<div class="empty">Drawing the surface…</div>`}
        ${this.#reading()} ${this.#startHandle()}
      </div>
    `;
  }

  #startHandle(): TemplateResult | typeof nothing {
    const projection = this.#projection();
    if (!this.start || !projection) return nothing;
    const [x, y] = this.start;
    const place = `translate(${projection.toX(x)}px, ${projection.toY(y)}px)`;
    const flipped = startName(projection, this.start).left > projection.toX(x);
    if (this.fixedStart) {
      return html`<div
        class="start"
        data-still
        ?data-flipped=${flipped}
        .style=${`transform: ${place}`}
      >
        <span>start</span>
      </div>`;
    }
    return html`
      <div
        class="start"
        ?data-flipped=${flipped}
        role="slider"
        tabindex="0"
        aria-label="Start of the runs: drag, or move with the arrow keys"
        aria-valuemin=${projection.view[0]}
        aria-valuemax=${projection.view[1]}
        aria-valuenow=${x}
        aria-valuetext="x ${formatNumber(x)}, y ${formatNumber(y)}"
        .style=${`transform: ${place}`}
        @pointerdown=${this.#grab}
        @pointermove=${this.#drag}
        @pointerup=${this.#drop}
        @pointercancel=${this.#drop}
        @keydown=${this.#nudge}
        @click=${(event: Event) => event.stopPropagation()}
      >
        <span>start</span>
      </div>
    `;
  }

  #reading(): TemplateResult | typeof nothing {
    const at = this.pointed ?? this.pinned;
    const projection = this.#projection();
    if (!at || !projection || !this.grid || this.#dragging) return nothing;
    const [x, y] = at;
    const [left, top] = [projection.toX(x), projection.toY(y)];
    const text = `x ${formatNumber(x)}  y ${formatNumber(y)}  f ${formatNumber(valueAt(this.grid, x, y), 3)}`;
    const shiftX = left > projection.width / 2 ? "calc(-100% - 10px)" : "10px";
    const shiftY = top < 40 ? "10px" : "calc(-100% - 10px)";
    const place = `left: ${left}px; top: ${top}px; transform: translate(${shiftX}, ${shiftY})`;
    return html`
      <div class="across" .style=${`top: ${top}px`}></div>
      <div class="down" .style=${`left: ${left}px`}></div>
      <div class="reading" .style=${place}>${text}</div>
    `;
  }

  #projection(): Projection | null {
    const view: View | undefined = this.grid?.view;
    const { width, height } = this.#stage;
    return view && width > 0 && height > 0 ? new Projection(view, width, height) : null;
  }

  #paint(): void {
    const { width, height } = this.#stage;
    const colours = this.#colours();
    const wanted = [
      this.#version,
      width,
      height,
      devicePixelRatio,
      ...Object.values(colours),
    ].join();
    if (wanted !== this.#painted) {
      this.#painted = wanted;
      this.#paintSurface(this.#stage.context(this.surfaceCanvas));
    }
    this.#paintTrails(this.#stage.context(this.trailCanvas));
  }

  #paintSurface(brush: Brush): void {
    if (!this.#contours) return;
    paintContours(brush, this.#contours, this.#stage.width, this.#stage.height, this.#colours());
  }

  #paintTrails(brush: Brush): void {
    const projection = this.#projection();
    if (!projection) return;
    paintMinimisers(brush, projection, this.minimisers, this.#stage.style("--step-lab-ink"));
    const colours = {
      paper: this.#stage.style("--step-lab-paper"),
      run: (index: number) => this.#stage.style(runStyle(index).colour),
      font: this.#stage.style("--step-lab-sans"),
    };
    const taken = this.start ? [startName(projection, this.start)] : [];
    paintTrails(brush, projection, this.trails, this.cursor + 1, colours, taken);
  }

  #colours() {
    return {
      low: this.#stage.style("--step-lab-surface-low"),
      high: this.#stage.style("--step-lab-surface-high"),
      line: this.#stage.style("--step-lab-surface-line"),
      paper: this.#stage.style("--step-lab-paper"),
    };
  }

  #description(): string {
    const places = this.trails.map((trail) => {
      const last = lastFinite(trail, this.cursor + 1);
      if (last < 0) return `${trail.label} has not begun`;
      const [x, y] = [trail.x[last]!, trail.y[last]!];
      const ended = last < Math.min(this.cursor, trail.x.length - 1) ? ", where it diverged" : "";
      return `${trail.label} at x ${formatNumber(x)}, y ${formatNumber(y)}${ended}`;
    });
    return `${[this.name, ...places].join(". ")}.`;
  }

  #point(event: PointerEvent): void {
    if (!this.#dragging) this.pointed = event.pointerType === "touch" ? null : this.#at(event);
  }

  #pin(event: MouseEvent): void {
    this.pinned = this.pinned ? null : this.#at(event);
  }

  #at(event: MouseEvent): readonly [number, number] | null {
    const projection = this.#projection();
    if (!projection || !this.area) return null;
    const box = this.area.getBoundingClientRect();
    // A page may show the element scaled, as slides do.
    const [left, top] = [
      ((event.clientX - box.left) * projection.width) / box.width,
      ((event.clientY - box.top) * projection.height) / box.height,
    ];
    const inside = (pixel: number, size: number) => Math.min(size, Math.max(0, pixel));
    return [
      projection.fromX(inside(left, projection.width)),
      projection.fromY(inside(top, projection.height)),
    ];
  }

  #grab(event: PointerEvent): void {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#dragging = true;
    this.pointed = null;
  }

  #drag(event: PointerEvent): void {
    if (!this.#dragging) return;
    event.stopPropagation();
    this.#move("start-input", this.#at(event));
  }

  #drop(event: PointerEvent): void {
    if (!this.#dragging) return;
    this.#dragging = false;
    this.#move("start-change", event.type === "pointerup" ? this.#at(event) : this.start);
  }

  #nudge(event: KeyboardEvent): void {
    const direction = kArrows[event.key];
    const projection = this.#projection();
    if (!direction || !projection || !this.start) return;
    event.preventDefault();
    event.stopPropagation();
    const [xMin, xMax, yMin, yMax] = projection.view;
    const share = event.shiftKey ? 10 * kNudge : kNudge;
    const x = this.start[0] + direction[0] * share * (xMax - xMin);
    const y = this.start[1] + direction[1] * share * (yMax - yMin);
    this.#move("start-change", [
      Math.min(xMax, Math.max(xMin, x)),
      Math.min(yMax, Math.max(yMin, y)),
    ]);
  }

  /** Shows the start at its new place, rounded to what a pixel can tell, and says so. */
  #move(type: "start-input" | "start-change", to: readonly [number, number] | null): void {
    const projection = this.#projection();
    if (!to || !projection) return;
    const x = roundedTo(to[0], 1 / projection.scaleX);
    const y = roundedTo(to[1], 1 / projection.scaleY);
    this.start = [x, y];
    const detail: StartDetail = { x, y };
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

const kArrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Where the start's name stands: on its left, or on its right where the picture ends. */
function startName(projection: Projection, start: readonly [number, number]): Rectangle {
  const { width, height, aside, above } = kStartName;
  const [x, y] = [projection.toX(start[0]), projection.toY(start[1])];
  const left = x - aside - width;
  return { left: left < 0 ? x + aside : left, top: y - above, width, height };
}

/** The value with no more decimals than the resolution needs, so that links stay short. */
function roundedTo(value: number, resolution: number): number {
  const decimals = Math.max(0, Math.ceil(-Math.log10(resolution)));
  return Number(value.toFixed(Math.min(12, decimals)));
}

defineElement("step-lab-surface-picture", SurfacePicture);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-surface-picture": SurfacePicture;
  }
}
