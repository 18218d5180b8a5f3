// SPDX-License-Identifier: MIT
/**
 * `<step-lab-preset-picture>`: a preset's surface with the real ways of its runs, its loop, or its
 * data as dots. Everything is asked of the engine once the picture comes into view.
 */

import { css, html, LitElement, nothing, svg, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import "../charts/surface-picture.js";
import type { SurfaceGrid, Trail } from "../charts/surface-picture.js";
import { defineElement } from "../components/define-element.js";
import type { DatasetFrame, Engine, Registry } from "../engine/types.js";
import type { Experiment } from "../experiment/experiment.generated.js";
import { surfaceOf } from "../state/edits.js";
import { loopOf, nameOf, type LoopLine } from "../state/loop-lines.js";

/** Steps that a thumbnail runs at most. */
const mostSteps = 200;
const dots = 160;

export class PresetPicture extends LitElement {
  static override styles = css`
    :host {
      display: block;
      position: relative;
      height: 96px;
      border-radius: 7px;
      overflow: hidden;
      background: var(--step-lab-wash);
      pointer-events: none;
    }
    svg {
      display: block;
      width: 100%;
      height: 100%;
    }
    step-lab-surface-picture {
      position: absolute;
      inset: 0;
      min-height: 0;
    }
    .line {
      font: 12.5px var(--step-lab-mono);
      fill: var(--step-lab-soft);
      white-space: pre;
    }
    .line.optimizer {
      fill: var(--step-lab-run-1);
      font-weight: 600;
    }
    .line.off {
      text-decoration: line-through;
    }
    .class-0 {
      fill: var(--step-lab-run-1);
    }
    .class-1 {
      fill: var(--step-lab-run-2);
    }
    .pixel {
      fill: var(--step-lab-ink);
    }
  `;

  @property({ attribute: false }) experiment: Experiment | null = null;
  @property({ attribute: false }) engine: Engine | null = null;
  @property({ attribute: false }) registry: Registry | null = null;

  @state() private grid: SurfaceGrid | null = null;
  @state() private trails: readonly Trail[] = [];
  @state() private points: DatasetFrame | null = null;

  #observer: IntersectionObserver | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute("aria-hidden", "true");
    this.#observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      this.#observer?.disconnect();
      // A thumbnail that cannot be drawn stays plain; opening the preset says what is wrong.
      void this.#load().catch(() => null);
    });
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { experiment } = this;
    if (experiment === null) return nothing;
    const own = experiment.runs[0]?.loop;
    if (own !== undefined) return loopDrawing(loopOf(experiment, experiment.runs[0]!));
    if (this.points !== null) return dataDrawing(this.points);
    if (this.grid === null) return nothing;
    return html`<step-lab-surface-picture
      fixed-start
      .grid=${this.grid}
      .trails=${this.trails}
    ></step-lab-surface-picture>`;
  }

  async #load(): Promise<void> {
    const { experiment, engine, registry } = this;
    if (experiment === null || engine === null || registry === null) return;
    if (experiment.runs[0]?.loop !== undefined) return;
    const steps = Math.min(experiment.steps ?? mostSteps, mostSteps);
    const session = await engine.createSession({ ...experiment, steps });
    try {
      if (experiment.problem.kind === "task") {
        this.points = await session.dataset();
        return;
      }
      const surface = surfaceOf(experiment, registry);
      if (surface === null) return;
      const shape = { view: surface.view, columns: 64, rows: 48 };
      const [values] = await Promise.all([
        engine.evaluateSurface(surface.formula, shape),
        session.advance(steps),
      ]);
      const history = await session.history();
      this.grid = { ...shape, values };
      this.trails = history.runs.map(({ parameters }, run) => ({
        label: "",
        run,
        x: parameters[0]?.values ?? new Float32Array(),
        y: parameters[1]?.values ?? new Float32Array(),
      }));
    } finally {
      session.dispose();
    }
  }
}

/** A loop as its lines, the optimizer's in colour, what is switched off struck out. */
function loopDrawing(lines: readonly LoopLine[]): TemplateResult {
  const leading = Math.min(17, 84 / lines.length);
  const top = 48 - ((lines.length - 1) * leading) / 2 + 4;
  return html`<svg viewBox="0 0 180 96">
    ${lines.map((line, index) => {
      const optimizer = line.kind === "zero_grad" || line.kind === "step" ? "optimizer" : "";
      return svg`<text class="line ${line.enabled ? optimizer : "off"}" x="30"
        y=${top + index * leading}>${nameOf(line.kind)}${noteOf(line)}</text>`;
    })}
  </svg>`;
}

function noteOf({ every, at, setToNone, noGrad, retainGraph }: LoopLine): string {
  if (at !== null) return `  at ${at}`;
  if (every > 1) return `  ÷${every}`;
  if (!setToNone) return "  = 0";
  if (noGrad) return "  no_grad";
  return retainGraph ? "  retained" : "";
}

function dataDrawing({ features, trainX, trainLabels }: DatasetFrame): TemplateResult {
  return features === 2 ? dotDrawing(trainX, trainLabels) : digitDrawing(trainX, features);
}

function dotDrawing(points: Float32Array, labels: Uint32Array): TemplateResult {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let k = 0; k + 1 < points.length; k += 2) {
    left = Math.min(left, points[k]!);
    right = Math.max(right, points[k]!);
    low = Math.min(low, points[k + 1]!);
    high = Math.max(high, points[k + 1]!);
  }
  const scale = Math.min(150 / (right - left), 80 / (high - low));
  const count = Math.min(dots, labels.length);
  return html`<svg viewBox="-90 -48 180 96">
    ${Array.from({ length: count }, (_, k) => {
      const x = (points[2 * k]! - (left + right) / 2) * scale;
      const y = ((low + high) / 2 - points[2 * k + 1]!) * scale;
      return svg`<circle class="class-${labels[k]! % 2}" cx=${x.toFixed(1)} cy=${y.toFixed(1)} r="2" />`;
    })}
  </svg>`;
}

/** The first images in a row. */
function digitDrawing(pixels: Float32Array, features: number): TemplateResult {
  const side = Math.sqrt(features);
  const size = 5;
  const count = 4;
  return html`<svg viewBox="0 0 ${count * (side + 1) * size - size} ${side * size + 16}">
    ${Array.from({ length: count * features }, (_, k) => {
      const image = Math.floor(k / features);
      const [row, column] = [Math.floor((k % features) / side), k % side];
      const ink = pixels[k] ?? 0;
      if (ink < 0.06) return nothing;
      return svg`<rect class="pixel" x=${(image * (side + 1) + column) * size} y=${row * size + 8}
        width=${size} height=${size} opacity=${ink.toFixed(2)} />`;
    })}
  </svg>`;
}

defineElement("step-lab-preset-picture", PresetPicture);
