// SPDX-License-Identifier: MIT
/** Rows that are dragged up and down: where one would land, and how the others make room. */

/** A row's place on the screen. */
export interface Extent {
  readonly top: number;
  readonly height: number;
}

/** The index at which a row would stand that is moved by `shift` pixels. */
export function landing(rows: readonly Extent[], from: number, shift: number): number {
  const dragged = rows[from];
  if (dragged === undefined) return from;
  const [head, foot] = [dragged.top + shift, dragged.top + dragged.height + shift];
  let to = from;
  // A row makes room once the dragged one covers half of it.
  while (to + 1 < rows.length && foot > middle(rows[to + 1]!)) to++;
  while (to > 0 && head < middle(rows[to - 1]!)) to--;
  return to;
}

function middle({ top, height }: Extent): number {
  return top + height / 2;
}

/** The items with one of them at another place. */
export function moved<T>(items: readonly T[], from: number, to: number): readonly T[] {
  const rest = items.filter((_, index) => index !== from);
  return from in items ? [...rest.slice(0, to), items[from]!, ...rest.slice(to)] : items;
}

/** Moves a mouse makes by accident. */
const slack = 5;

/** One drag, from the press of a button or the touch of a finger to its end. */
export class LineDrag {
  readonly from: number;
  to: number;
  /** Whether it has left its place: a press without a move is a click. */
  lifted: boolean;
  readonly #rows: readonly HTMLElement[];
  readonly #extents: readonly Extent[];
  readonly #startY: number;

  constructor(rows: readonly HTMLElement[], from: number, y: number, atOnce: boolean) {
    this.#rows = rows;
    this.#extents = rows.map((row) => row.getBoundingClientRect());
    this.from = from;
    this.to = from;
    this.lifted = atOnce;
    this.#startY = y;
  }

  move(y: number): void {
    const shift = y - this.#startY;
    if (!this.lifted && Math.abs(shift) < slack) return;
    this.lifted = true;
    this.to = landing(this.#extents, this.from, shift);
    const own = this.#extents[this.from]!;
    const next = this.#extents[this.from + 1] ?? this.#extents[this.from - 1];
    const pitch = next === undefined ? own.height : Math.abs(next.top - own.top);
    this.#rows.forEach((row, index) => {
      if (index === this.from) row.style.transform = `translateY(${shift}px)`;
      else row.style.transform = `translateY(${this.#room(index) * pitch}px)`;
    });
  }

  /** -1, 0 or 1: which way a row moves aside. */
  #room(index: number): number {
    if (index > this.from && index <= this.to) return -1;
    return index < this.from && index >= this.to ? 1 : 0;
  }

  /** Puts every row back; the new order is the owner's to draw. */
  end(): void {
    for (const row of this.#rows) row.style.transform = "";
  }
}
