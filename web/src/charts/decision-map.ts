// SPDX-License-Identifier: MIT
/** `<step-lab-decision-map>`: what a classifier says everywhere, with the data it learns from. */

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query } from "lit/decorators.js";

import { baseStyles } from "../components/base-styles.js";
import { defineElement } from "../components/define-element.js";
import { markerOutline, markerPath, runStyle } from "../components/run-style.js";
import type { DatasetFrame, View } from "../engine/types.js";
import { parseColour } from "./colour.js";
import { decisionPixels, type ScoreGrid } from "./decision-painter.js";
import { Projection } from "./projection.js";
import { Stage } from "./stage.js";

export type { ScoreGrid };

export class DecisionMap extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: var(--step-lab-space-2);
        min-height: 200px;
        transition: color 1ms;
      }
      .picture {
        position: relative;
        flex: 1;
        min-height: 0;
        overflow: hidden;
        border-radius: var(--step-lab-radius-large);
      }
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--step-lab-space-4);
        margin: 0;
        padding: 0;
        list-style: none;
        font-size: var(--step-lab-text-small);
        color: var(--step-lab-soft);
      }
      li {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      svg {
        width: 12px;
        height: 12px;
        overflow: visible;
      }
      svg path {
        stroke-width: 1.5;
      }
    `,
  ];

  /** The scores; null before the first are there. */
  @property({ attribute: false }) scores: ScoreGrid | null = null;
  /** The box that the scores cover. */
  @property({ attribute: false }) view: View = [-1, 1, -1, 1];
  @property({ attribute: false }) points: DatasetFrame | null = null;
  @property() name = "Decision map";
  /** Leaves out the key under the picture. */
  @property({ type: Boolean, attribute: "no-key" }) noKey = false;

  @query(".picture") private area!: HTMLElement | null;
  @query("canvas.scores") private scoreCanvas!: HTMLCanvasElement;
  @query("canvas.points") private pointCanvas!: HTMLCanvasElement;

  readonly #stage = new Stage(
    this,
    () => this.area,
    () => this.#paint(),
  );

  override updated(_changed: PropertyValues<this>): void {
    this.#stage.invalidate();
  }

  override render(): TemplateResult {
    return html`
      <div class="picture" role="img" aria-label=${this.#description()}>
        <canvas class="scores"></canvas>
        <canvas class="points"></canvas>
      </div>
      ${this.noKey || !this.points ? nothing : this.#key(this.points)}
    `;
  }

  #key(dataset: DatasetFrame): TemplateResult {
    const sign = (index: number, filled: boolean) => html`
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path
          d=${markerPath(runStyle(index).marker, 4.5, 6, 6)}
          .style=${filled ? `fill: var(${runStyle(index).colour})` : `fill: none; stroke: var(${runStyle(index).colour})`}
        />
      </svg>
    `;
    const classes = Array.from({ length: dataset.classes }, (_, index) => index);
    return html`
      <ul>
        ${classes.map((index) => html`<li>${sign(index, true)} class ${index}</li>`)}
        <li>filled: train</li>
        <li>hollow: test</li>
      </ul>
    `;
  }

  #paint(): void {
    this.#paintScores();
    this.#paintPoints();
  }

  #paintScores(): void {
    const { scores } = this;
    const context = this.#stage.context(this.scoreCanvas);
    if (!scores) return;
    const colours = Array.from({ length: scores.classes }, (_, index) =>
      parseColour(this.#stage.style(runStyle(index).colour)),
    );
    const paper = parseColour(this.#stage.style("--step-lab-raised"));
    const pixels = decisionPixels(scores, colours, paper);
    const small = document.createElement("canvas");
    small.width = scores.columns;
    small.height = scores.rows;
    small.getContext("2d")!.putImageData(new ImageData(pixels, scores.columns, scores.rows), 0, 0);
    context.imageSmoothingQuality = "high";
    // The outermost scores lie on the border of the view, half a cell beyond their cells' outer edges.
    const [cellX, cellY] = [
      this.#stage.width / (scores.columns - 1),
      this.#stage.height / (scores.rows - 1),
    ];
    context.drawImage(
      small,
      -cellX / 2,
      -cellY / 2,
      this.#stage.width + cellX,
      this.#stage.height + cellY,
    );
  }

  #paintPoints(): void {
    const context = this.#stage.context(this.pointCanvas);
    const { points: dataset } = this;
    if (!dataset || dataset.features !== 2) return;
    const projection = new Projection(this.view, this.#stage.width, this.#stage.height);
    const paper = this.#stage.style("--step-lab-paper");
    const count = dataset.trainLabels.length + dataset.testLabels.length;
    const radius = count > 600 ? 2.6 : 3.6;
    for (let label = 0; label < dataset.classes; label++) {
      const colour = this.#stage.style(runStyle(label).colour);
      const outline = markerOutline(runStyle(label).marker, radius);
      const trace = (points: Float32Array, labels: Uint32Array) => {
        context.beginPath();
        labels.forEach((each, index) => {
          if (each !== label) return;
          const [x, y] = [
            projection.toX(points[2 * index]!),
            projection.toY(points[2 * index + 1]!),
          ];
          outline.forEach(([dx, dy], corner) => {
            if (corner === 0) context.moveTo(x + dx, y + dy);
            else context.lineTo(x + dx, y + dy);
          });
          context.closePath();
        });
      };
      trace(dataset.testX, dataset.testLabels);
      context.fillStyle = paper;
      context.strokeStyle = colour;
      context.lineWidth = 1.3;
      context.fill();
      context.stroke();
      trace(dataset.trainX, dataset.trainLabels);
      context.fillStyle = colour;
      context.strokeStyle = paper;
      context.lineWidth = 0.8;
      context.fill();
      context.stroke();
    }
  }

  #description(): string {
    const { points: dataset } = this;
    if (!dataset) return `${this.name}.`;
    const points = `${dataset.trainLabels.length} training and ${dataset.testLabels.length} test points`;
    return `${this.name}: ${points} of ${dataset.classes} classes over the regions that the model assigns them.`;
  }
}

defineElement("step-lab-decision-map", DecisionMap);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-decision-map": DecisionMap;
  }
}
