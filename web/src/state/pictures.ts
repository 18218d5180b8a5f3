// SPDX-License-Identifier: MIT
/** What pictures are drawn from and only the engine knows: surfaces on a grid, data sets, decision maps. */

import type { SurfaceGrid } from "../charts/surface-picture.js";
import type { DatasetFrame, Engine, Grid, Session, View } from "../engine/types.js";

/** Class scores on a grid, row-major, lowest y first. */
export interface DecisionMap extends Grid {
  readonly classes: number;
  readonly scores: Float32Array;
  readonly run: number;
}

const surfaceColumns = 160;
const surfaceRows = 120;
const mapSide = 72;

export class Pictures {
  dataset: DatasetFrame | null = null;
  decision: DecisionMap | null = null;

  readonly #engine: Engine;
  readonly #onChange: () => void;
  readonly #surfaces = new Map<string, SurfaceGrid | null>();
  #session: Session | null = null;
  #mapping = false;
  #mapped = "";
  #aspect = 1;

  constructor(engine: Engine, onChange: () => void) {
    this.#engine = engine;
    this.#onChange = onChange;
  }

  /** A surface's grid, or null until the engine has computed it. */
  surface(formula: string, view: View): SurfaceGrid | null {
    const key = `${view.join()} ${formula}`;
    const known = this.#surfaces.get(key);
    if (known !== undefined) return known;
    this.#surfaces.set(key, null);
    const grid = { view, columns: surfaceColumns, rows: surfaceRows };
    this.#engine.evaluateSurface(formula, grid).then(
      (values) => {
        this.#surfaces.set(key, { ...grid, values });
        this.#onChange();
      },
      // The session reports what is wrong with a formula; the picture just stays empty.
      () => null,
    );
    return null;
  }

  /** Takes up another session's data. */
  async follow(session: Session | null): Promise<void> {
    if (session === this.#session) return;
    this.#session = session;
    this.#mapped = "";
    if (session === null || session.experiment.problem.kind !== "task") {
      this.dataset = null;
      this.decision = null;
      return;
    }
    const dataset = await session.dataset();
    if (session !== this.#session) return;
    this.dataset = dataset;
    this.decision = null;
    this.#onChange();
  }

  /** Asks for the decision map of a run at this moment; one request at a time, the latest wins. */
  map(run: number, moment: string): void {
    const session = this.#session;
    const view = this.dataView;
    const key = `${run} ${moment}`;
    if (session === null || view === null || this.#mapping || key === this.#mapped) return;
    this.#mapping = true;
    this.#mapped = key;
    const grid = { view, columns: mapSide, rows: mapSide };
    session
      .decisionMap(run, grid)
      .then((scores) => {
        if (session !== this.#session) return;
        const classes = scores.length / (grid.columns * grid.rows);
        this.decision = { ...grid, classes, scores, run };
      })
      .catch(() => null)
      .finally(() => {
        this.#mapping = false;
        this.#onChange();
      });
  }

  /** The shape of the frame that data are drawn in, width over height. */
  fit(aspect: number): void {
    if (!(aspect > 0) || Math.abs(aspect - this.#aspect) < 0.02) return;
    this.#aspect = aspect;
    this.#mapped = "";
    this.#onChange();
  }

  /** A box of the frame's shape around all points of a two-dimensional data set. */
  get dataView(): View | null {
    const dataset = this.dataset;
    if (dataset === null || dataset.features !== 2) return null;
    const [x, width] = extent(dataset.trainX, 0);
    const [y, height] = extent(dataset.trainX, 1);
    const half = Math.max(height, width / this.#aspect) * 0.58;
    return [x - half * this.#aspect, x + half * this.#aspect, y - half, y + half];
  }
}

/** Middle and size of the points along an axis. */
function extent(points: Float32Array, axis: 0 | 1): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let k = axis; k < points.length; k += 2) {
    low = Math.min(low, points[k]!);
    high = Math.max(high, points[k]!);
  }
  return [(low + high) / 2, high - low];
}
