// SPDX-License-Identifier: MIT
/** `<step-lab-line-chart>`: a quantity of several runs over the steps, with the scrubber's line. */

import {
  html,
  LitElement,
  nothing,
  unsafeCSS,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import { property, query, state } from "lit/decorators.js";
import uPlot from "uplot";
import uPlotSheet from "uplot/dist/uPlot.min.css?inline";

import { baseStyles } from "../components/base-styles.js";
import { toCsv } from "../components/csv.js";
import { defineElement } from "../components/define-element.js";
import { columnFormat, formatCount, formatIn, formatNumber } from "../components/numbers.js";
import { runStyle } from "../components/run-style.js";
import {
  axisRange,
  chartData,
  tableSteps,
  withCasings,
  type Axis,
  type ChartSeries,
} from "./chart-data.js";
import { chartOptions, type ChartColours } from "./chart-options.js";
import { lineChartStyles } from "./line-chart-styles.js";
import { Stage } from "./stage.js";

export type { Axis, ChartSeries };

/** Detail of `seek`: the step that was pointed at while pressing. */
export interface SeekDetail {
  readonly step: number;
}

/** Detail of `axis-change`. */
export interface AxisDetail {
  readonly axis: Axis;
}

/** Detail of `download-csv`. */
export interface CsvDetail {
  readonly name: string;
  readonly csv: string;
}

const kTableRows = 12;

export class LineChart extends LitElement {
  static override styles = [unsafeCSS(uPlotSheet), baseStyles, lineChartStyles];

  @property({ attribute: false }) series: readonly ChartSeries[] = [];
  /** The step of every series' first value. */
  @property({ type: Number }) from = 0;
  /** The last step of the axis; by default the last one that has a value. */
  @property({ type: Number }) to: number | null = null;
  /** The scrubber's step; null hides its line. */
  @property({ type: Number }) cursor: number | null = null;
  @property() axis: Axis = "linear";
  /** What is drawn, such as "loss". */
  @property() name = "";
  /** Leaves out the switch of the axis. */
  @property({ type: Boolean, attribute: "fixed-axis" }) fixedAxis = false;
  /** Leaves out the numbers under the chart. */
  @property({ type: Boolean, attribute: "no-numbers" }) noNumbers = false;

  @state() private hovered: number | null = null;
  @state() private numbersOpen = false;

  @query(".plot") private area!: HTMLElement | null;
  @query(".canvas") private holder!: HTMLElement;
  @query(".scrubber") private scrubber!: HTMLElement;

  readonly #stage = new Stage(
    this,
    () => this.area,
    () => this.#paint(),
  );
  #plot: uPlot | null = null;
  /** What the plot was built for; data and range change without rebuilding it. */
  #built = "";
  #stale = true;
  #pressed = false;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#plot?.destroy();
    this.#plot = null;
    this.#built = "";
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const drawn = ["series", "from", "to", "axis"] as const;
    this.#stale ||= drawn.some((name) => changed.has(name));
  }

  override updated(changed: PropertyValues<this>): void {
    const onlyCursor = changed.size === 1 && changed.has("cursor") && this.#plot && !this.#stale;
    if (onlyCursor) this.#placeScrubber();
    else this.#stage.invalidate();
  }

  override render(): TemplateResult {
    return html`
      <header>
        <b>${this.name}</b>
        ${
          this.fixedAxis
            ? nothing
            : html`<button
                class="quiet axis"
                aria-pressed=${this.axis === "log"}
                @click=${this.#switchAxis}
              >
                log scale${this.axis === "log" ? " ✓" : ""}
              </button>`
        }
      </header>
      <div class="plot" role="img" aria-label=${this.#description()}>
        <div class="canvas"></div>
        <div class="scrubber" hidden></div>
        ${this.#length() > 0 ? nothing : html`<div class="empty">Press play to see ${this.name || "it"} here.</div>`}
        ${this.#reading()}
      </div>
      ${this.noNumbers ? nothing : this.#numbers()}
    `;
  }

  #reading(): TemplateResult | typeof nothing {
    if (this.hovered === null || !this.#plot) return nothing;
    const step = this.hovered;
    const values = this.series.map(({ values }) => values[step - this.from] ?? NaN);
    const format = columnFormat(values, 4);
    const left = this.#plot.valToPos(step, "x") + this.#plot.over.offsetLeft;
    const side = left > this.#stage.width / 2 ? "calc(-100% - 12px)" : "12px";
    return html`
      <div class="reading" .style=${`left: ${left}px; transform: translateX(${side})`}>
        <table>
          <caption>
            step ${formatCount(step)}
          </caption>
          ${this.series.map(
            (series, index) => html`
              <tr>
                <th .style=${`color: var(${runStyle(series.run).colour})`}>${series.label}</th>
                <td>${formatIn(format, values[index]!)}</td>
              </tr>
            `,
          )}
        </table>
      </div>
    `;
  }

  #numbers(): TemplateResult {
    return html`
      <details
        class="numbers"
        @toggle=${(event: Event) => {
          this.numbersOpen = (event.target as HTMLDetailsElement).open;
        }}
      >
        <summary>Numbers</summary>
        ${this.numbersOpen ? this.#table() : nothing}
      </details>
    `;
  }

  #table(): TemplateResult {
    const rows = tableSteps(this.#length(), kTableRows);
    const formats = this.series.map(({ values }) =>
      columnFormat(rows.map((row) => values[row] ?? NaN)),
    );
    return html`
      <table>
        <thead>
          <tr>
            <th scope="col">step</th>
            ${this.series.map(({ label }) => html`<th scope="col">${label}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) => html`
              <tr>
                <th scope="row">${formatCount(this.from + row)}</th>
                ${this.series.map(
                  ({ values }, index) =>
                    html`<td>${formatIn(formats[index]!, values[row] ?? NaN)}</td>`,
                )}
              </tr>
            `,
          )}
        </tbody>
      </table>
      <button @click=${this.#download}>
        Download all ${formatCount(this.#length())} steps as CSV
      </button>
    `;
  }

  #paint(): void {
    const { width, height } = this.#stage;
    const colours = this.#colours();
    const wanted = JSON.stringify([
      this.axis,
      colours,
      this.#drawn().map(({ label, run, average, casing }) => [label, run, average, casing]),
    ]);
    if (wanted !== this.#built || !this.#plot) {
      this.#build(colours);
      this.#built = wanted;
    } else if (this.#plot.width !== width || this.#plot.height !== height) {
      this.#plot.setSize({ width, height });
      this.#stale = true;
    }
    if (this.#stale) this.#fill();
    this.#placeScrubber();
  }

  #build(colours: ChartColours): void {
    this.#plot?.destroy();
    const { width, height } = this.#stage;
    const series = this.#drawn();
    const options = chartOptions({ width, height, axis: this.axis, series, colours });
    this.#plot = new uPlot(options, undefined, this.holder);
    this.#listen(this.#plot.over);
    this.#stale = true;
  }

  #fill(): void {
    const plot = this.#plot!;
    const pixels = plot.over.clientWidth || this.#stage.width;
    const data = chartData(this.#drawn(), this.from, pixels, this.axis);
    const last = this.to ?? Math.max(this.from + this.#length() - 1, this.from + 1);
    const [low, high] = axisRange(data, this.axis);
    plot.batch(() => {
      plot.setData([Array.from(data.steps), ...data.columns.map((column) => [...column])], false);
      plot.setScale("x", { min: this.from, max: last });
      plot.setScale("y", { min: low, max: high });
    });
    this.#stale = false;
  }

  #placeScrubber(): void {
    const plot = this.#plot;
    const hidden = this.cursor === null || !plot || this.#length() === 0;
    this.scrubber.hidden = hidden;
    if (hidden) return;
    const x = plot.over.offsetLeft + plot.valToPos(this.cursor!, "x");
    this.scrubber.style.left = `${x}px`;
    this.scrubber.style.top = `${plot.over.offsetTop}px`;
    this.scrubber.style.height = `${plot.over.offsetHeight}px`;
  }

  #listen(over: HTMLElement): void {
    over.addEventListener("pointermove", (event) => {
      this.hovered = this.#stepAt(event, over);
      if (this.#pressed) this.#seek(this.hovered);
    });
    over.addEventListener("pointerleave", () => (this.hovered = null));
    over.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || this.cursor === null) return;
      over.setPointerCapture(event.pointerId);
      this.#pressed = true;
      this.#seek(this.#stepAt(event, over));
    });
    for (const end of ["pointerup", "pointercancel"]) {
      over.addEventListener(end, () => (this.#pressed = false));
    }
  }

  #stepAt(event: PointerEvent, over: HTMLElement): number {
    const box = over.getBoundingClientRect();
    // A page may show the element scaled, as slides do.
    const pixel = ((event.clientX - box.left) * over.clientWidth) / box.width;
    const step = Math.round(this.#plot!.posToVal(pixel, "x"));
    return Math.min(this.from + Math.max(0, this.#length() - 1), Math.max(this.from, step));
  }

  #seek(step: number): void {
    const detail: SeekDetail = { step };
    this.dispatchEvent(new CustomEvent("seek", { detail, bubbles: true, composed: true }));
  }

  #switchAxis(): void {
    this.axis = this.axis === "log" ? "linear" : "log";
    const detail: AxisDetail = { axis: this.axis };
    this.dispatchEvent(new CustomEvent("axis-change", { detail, bubbles: true, composed: true }));
  }

  #download(): void {
    const header = ["step", ...this.series.map(({ label }) => label)];
    const rows = Array.from({ length: this.#length() }, (_, row) => [
      this.from + row,
      ...this.series.map(({ values }) => values[row] ?? null),
    ]);
    const detail: CsvDetail = { name: this.name || "chart", csv: toCsv(header, rows) };
    this.dispatchEvent(new CustomEvent("download-csv", { detail, bubbles: true, composed: true }));
  }

  #drawn(): readonly ChartSeries[] {
    return withCasings(this.series);
  }

  #length(): number {
    return this.series.reduce((longest, { values }) => Math.max(longest, values.length), 0);
  }

  #colours(): ChartColours {
    return {
      ink: this.#stage.style("--step-lab-soft"),
      line: this.#stage.style("--step-lab-line"),
      series: this.#drawn().map(({ run, casing }) =>
        this.#stage.style(casing === true ? "--step-lab-paper" : runStyle(run).colour),
      ),
      font: this.#stage.style("--step-lab-sans"),
    };
  }

  #description(): string {
    const at = this.cursor === null ? this.#length() - 1 : this.cursor - this.from;
    const ends = this.series.map(
      ({ label, values }) => `${label} ${formatNumber(values[at] ?? NaN)}`,
    );
    const when =
      this.#length() > 0 ? ` at step ${this.from + at}: ${ends.join(", ")}` : ": no steps yet";
    return `${this.name}${when}.`;
  }
}

defineElement("step-lab-line-chart", LineChart);

declare global {
  interface HTMLElementTagNameMap {
    "step-lab-line-chart": LineChart;
  }
}
