// SPDX-License-Identifier: MIT
/**
 * Finds the symbols of an update rule within its formula and puts an empty slot under each, which the
 * page fills with the number that the symbol stands for at that moment.
 */

import { sameSigns, type MathNode, type MathPart } from "./mathml.js";

/** A symbol and the signs that it is written with. */
export interface Symbol {
  readonly latex: string;
  readonly signs: readonly MathPart[];
}

/** Elements whose children stand in a row, so that several of them may be one symbol. */
const rows: ReadonlySet<string> = new Set(["math", "mrow", "mstyle", "mtd"]);
/** Elements whose first child carries the others: an index is no place for a number. */
const scripted: ReadonlySet<string> = new Set([
  "msub",
  "msup",
  "msubsup",
  "mover",
  "munder",
  "munderover",
]);

/**
 * The formula with slots. A symbol gets one where it appears first and wherever it appears in the
 * last line, which is the update itself: under every other sign a number would only be repeated.
 * Symbols that are made of others (a term of the update) get none, for their parts have theirs.
 */
export function withSlots(formula: MathNode, symbols: readonly Symbol[]): MathNode {
  const plain = symbols
    .filter((symbol) => !symbols.some((part) => part !== symbol && contains(symbol.signs, part)))
    .sort((a, b) => b.signs.length - a.signs.length);
  return new Marker(plain).mark(formula);
}

class Marker {
  readonly #symbols: readonly Symbol[];
  readonly #seen = new Set<string>();
  #tables = 0;
  #lastLine = false;

  constructor(symbols: readonly Symbol[]) {
    this.#symbols = symbols;
  }

  mark(node: MathNode): MathNode {
    if (node.tag === "mtable") return this.#markTable(node);
    // A root would stretch down around the number.
    if (node.tag === "msqrt" || node.tag === "mroot") return node;
    if (rows.has(node.tag)) return { ...node, children: this.#markRow(node.children) };
    const children = node.children.map((child, index) => {
      if (typeof child === "string") return child;
      if (!scripted.has(node.tag)) return this.#markRow([child])[0]!;
      return index === 0 && rows.has(child.tag) ? this.mark(child) : child;
    });
    return { ...node, children };
  }

  /** The outermost table holds the formula's lines; those within are cases. */
  #markTable(table: MathNode): MathNode {
    const outermost = this.#tables++ === 0;
    const children = table.children.map((row, index) => {
      if (outermost) this.#lastLine = index === table.children.length - 1;
      return typeof row === "string" ? row : this.mark(row);
    });
    return { ...table, children };
  }

  #markRow(parts: readonly MathPart[]): MathPart[] {
    const marked: MathPart[] = [];
    for (let at = 0; at < parts.length;) {
      const symbol = this.#symbols.find(({ signs }) => startsWith(parts, at, signs));
      const part = parts[at]!;
      if (symbol === undefined) {
        marked.push(typeof part === "string" ? part : this.mark(part));
        at++;
        continue;
      }
      const signs = parts.slice(at, at + symbol.signs.length);
      if (this.#lastLine || !this.#seen.has(symbol.latex)) marked.push(slot(symbol, signs));
      else marked.push(...signs);
      this.#seen.add(symbol.latex);
      at += symbol.signs.length;
    }
    return marked;
  }
}

function slot({ latex }: Symbol, signs: readonly MathPart[]): MathNode {
  const name = latex.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  return {
    tag: "munder",
    attributes: "",
    children: [
      signs.length === 1 ? signs[0]! : { tag: "mrow", attributes: "", children: signs },
      { tag: "mtext", attributes: ` data-symbol="${name}"`, children: [] },
    ],
  };
}

function startsWith(parts: readonly MathPart[], at: number, signs: readonly MathPart[]): boolean {
  return signs.length > 0 && signs.every((sign, index) => sameSignsAt(parts[at + index], sign));
}

function sameSignsAt(part: MathPart | undefined, sign: MathPart): boolean {
  return part !== undefined && sameSigns(part, sign);
}

function contains(parts: readonly MathPart[], { signs }: Symbol): boolean {
  return parts.some(
    (part, at) =>
      startsWith(parts, at, signs) ||
      (typeof part !== "string" &&
        !scripted.has(part.tag) &&
        contains(part.children, { latex: "", signs })),
  );
}
