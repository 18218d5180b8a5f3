// SPDX-License-Identifier: MIT
/**
 * What the build makes of the registry, the file that `steplab optimizers` printed:
 *
 * - `virtual:formulas` is a record from LaTeX to `<math>` markup, so that the page needs no library:
 *   every formula, with slots for numbers under its symbols, and every symbol on its own;
 * - `virtual:full-names` lists what only the full engine knows.
 */

import { existsSync, readFileSync } from "node:fs";
import katex from "katex";
import type { Plugin } from "vite";
import { parseMathMl, toMarkup, type MathNode } from "./formulas/mathml.js";
import { withSlots, type Symbol } from "./formulas/slots.js";
import { symbolsOf } from "./src/components/symbols.js";

interface Hyper {
  readonly symbol?: string;
}

interface Entry {
  readonly name: string;
  readonly engine?: "small" | "full";
  readonly formula?: string;
  readonly hyper_parameters: readonly Hyper[];
  readonly state?: readonly { readonly symbol?: string }[];
  readonly symbols?: readonly { readonly latex: string }[];
}

type RegistryFile = Readonly<
  Partial<Record<"optimizers" | "wrappers" | "schedulers" | "averages", readonly Entry[]>>
>;

const modules: Readonly<Record<string, (entries: readonly Entry[]) => unknown>> = {
  "virtual:formulas": (entries) => Object.fromEntries(entries.flatMap(markupOf)),
  "virtual:full-names": (entries) =>
    entries.filter(({ engine }) => engine === "full").map(({ name }) => name),
};

export function formulas(registry: string): Plugin {
  return {
    name: "steplab-formulas",
    resolveId: (id) => (Object.hasOwn(modules, id) ? `\0${id}` : undefined),
    load(id) {
      const make = id.startsWith("\0") ? modules[id.slice(1)] : undefined;
      if (make === undefined) return undefined;
      if (!existsSync(registry)) {
        this.error(`${registry} is missing: write it with \`steplab optimizers\`.`);
      }
      this.addWatchFile(registry);
      const file = JSON.parse(readFileSync(registry, "utf8")) as RegistryFile;
      const { optimizers = [], wrappers = [], schedulers = [], averages = [] } = file;
      const made = make([...optimizers, ...wrappers, ...schedulers, ...averages]);
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(made))});`;
    },
  };
}

/** The parameter before and after the step: what the inspector shows of every optimizer. */
const place = ["\\theta_t", "\\theta_{t-1}"];

function markupOf({ formula = "", ...entry }: Entry): [latex: string, markup: string][] {
  const { hyper_parameters, state = [], symbols = [] } = entry;
  const own = [
    ...hyper_parameters.flatMap(({ symbol = "" }) => symbolsOf(symbol)),
    ...state.flatMap(({ symbol = "" }) => symbolsOf(symbol)),
    ...symbols.map(({ latex }) => latex),
  ];
  const signs = [...new Set([...place, ...own])].map((latex) => symbolOf(latex));
  const slotted = toMarkup(withSlots(toMathMl(formula, "block"), signs));
  return [[formula, slotted], ...own.map((latex): [string, string] => [latex, inline(latex)])];
}

function symbolOf(latex: string): Symbol {
  return { latex, signs: toMathMl(latex, "inline").children };
}

function inline(latex: string): string {
  return toMarkup(toMathMl(latex, "inline"));
}

/** One formula as a `<math>` element. Bad LaTeX fails the build. */
export function toMathMl(latex: string, display: "block" | "inline"): MathNode {
  const rendered = katex.renderToString(latex, {
    output: "mathml",
    displayMode: display === "block",
    throwOnError: true,
    strict: "error",
  });
  // A strict policy refuses style attributes, and reports each.
  const markup = rendered.replace(/ style="[^"]*"/g, "");
  const { attributes } = parseMathMl(/<math[^>]*>/.exec(markup)![0].replace(">", "/>"));
  const content = parseMathMl(/<semantics>([\s\S]*)<annotation/.exec(markup)![1]!);
  const children = content.tag === "mrow" ? content.children : [content];
  return { tag: "math", attributes, children };
}
