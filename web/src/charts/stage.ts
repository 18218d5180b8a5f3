// SPDX-License-Identifier: MIT
/** What every canvas needs of its surroundings: a size, sharp pixels, the theme's colours, one painting a frame. */

import type { LitElement, ReactiveController } from "lit";

export class Stage implements ReactiveController {
  /** In CSS pixels; zero until the element is laid out. */
  width = 0;
  height = 0;

  readonly #host: LitElement;
  readonly #area: () => HTMLElement | null;
  readonly #paint: () => void;
  readonly #observer: ResizeObserver | null;
  readonly #invalidate = () => this.invalidate();
  #observed: HTMLElement | null = null;
  #frame = 0;

  /** `paint` is called at most once per animation frame, after a change of size, theme or `invalidate`. */
  constructor(host: LitElement, area: () => HTMLElement | null, paint: () => void) {
    this.#host = host;
    this.#area = area;
    this.#paint = paint;
    this.#observer =
      typeof ResizeObserver === "undefined" ? null : new ResizeObserver(() => this.#measure());
    host.addController(this);
  }

  hostConnected(): void {
    // The element's colour follows the theme by a short transition: its start tells that colours changed,
    // whether by the reader's setting, the page's switch or an author's style sheet.
    this.#host.addEventListener("transitionrun", this.#invalidate);
    if (this.#observed) this.#observer?.observe(this.#observed);
  }

  hostUpdated(): void {
    const area = this.#area();
    if (!area || area === this.#observed) return;
    if (this.#observed) this.#observer?.unobserve(this.#observed);
    this.#observed = area;
    this.#observer?.observe(area);
  }

  hostDisconnected(): void {
    this.#host.removeEventListener("transitionrun", this.#invalidate);
    this.#observer?.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  invalidate(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.width > 0 && this.height > 0) this.#paint();
    });
  }

  /** The canvas at the area's size, cleared, in CSS pixels. */
  context(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
    const ratio = globalThis.devicePixelRatio || 1;
    canvas.width = Math.round(this.width * ratio);
    canvas.height = Math.round(this.height * ratio);
    const context = canvas.getContext("2d")!;
    context.setTransform(canvas.width / this.width, 0, 0, canvas.height / this.height, 0, 0);
    return context;
  }

  /** The present value of a custom property. */
  style(name: `--${string}`): string {
    return getComputedStyle(this.#host).getPropertyValue(name).trim();
  }

  #measure(): void {
    const area = this.#observed;
    if (!area || (area.clientWidth === this.width && area.clientHeight === this.height)) return;
    this.width = area.clientWidth;
    this.height = area.clientHeight;
    this.#host.requestUpdate();
    this.invalidate();
  }
}
