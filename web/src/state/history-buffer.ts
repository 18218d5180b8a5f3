// SPDX-License-Identifier: MIT
/** A session's history on the page's side: columns that grow as the session goes on. */

import type { History, ParameterHistory } from "../engine/types.js";

/** One run's columns; element k tells of step k. */
export interface RunColumns {
  readonly label: string;
  readonly loss: Float64Array;
  readonly lr: Float64Array;
  readonly gradNorm: Float64Array;
  readonly updateNorm: Float64Array;
  readonly parameters: readonly ParameterColumn[];
  /** Of the averaged weights; null where the run keeps none. */
  readonly average: {
    readonly loss: Float64Array;
    readonly parameters: readonly ParameterColumn[];
  } | null;
}

export interface ParameterColumn {
  readonly name: string;
  readonly values: Float64Array;
}

/** Reads only what is new from the session, so that a frame costs what it added. */
export class HistoryBuffer {
  readonly runs: readonly RunColumns[];
  #length = 0;

  /** Room for steps 0 to `steps`, laid out after a first piece of history. */
  constructor(first: History, steps: number) {
    const column = () => new Float64Array(steps + 1).fill(NaN);
    const columns = (parameters: readonly ParameterHistory[]) =>
      parameters.map(({ name }) => ({ name, values: column() }));
    this.runs = first.runs.map((run) => ({
      label: run.label,
      loss: column(),
      lr: column(),
      gradNorm: column(),
      updateNorm: column(),
      parameters: columns(run.parameters),
      average:
        run.average === undefined
          ? null
          : { loss: column(), parameters: columns(run.average.parameters) },
    }));
    this.append(first);
  }

  /** One past the last step that is known. */
  get length(): number {
    return this.#length;
  }

  /** The step to ask the session from: the last known row may have been incomplete. */
  get next(): number {
    return Math.max(0, this.#length - 1);
  }

  append(piece: History): void {
    piece.runs.forEach((run, index) => {
      const columns = this.runs[index];
      if (columns === undefined) return;
      columns.loss.set(run.loss, piece.from);
      columns.lr.set(run.lr, piece.from);
      columns.gradNorm.set(run.gradNorm, piece.from);
      columns.updateNorm.set(run.updateNorm, piece.from);
      copy(run.parameters, columns.parameters, piece.from);
      if (run.average === undefined) return;
      columns.average?.loss.set(run.average.loss, piece.from);
      copy(run.average.parameters, columns.average?.parameters ?? [], piece.from);
    });
    this.#length = piece.to;
  }
}

function copy(
  pieces: readonly ParameterHistory[],
  columns: readonly ParameterColumn[],
  from: number,
): void {
  pieces.forEach(({ values }, index) => columns[index]?.values.set(values, from));
}
