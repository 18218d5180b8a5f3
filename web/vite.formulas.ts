// SPDX-License-Identifier: MIT
/**
 * The registry's formulas as MathML, made while building: the page needs no library to show them.
 * `import formulas from "virtual:formulas"` gives a record from LaTeX to `<math>` markup.
 */

import { existsSync, readFileSync } from "node:fs";
import katex from "katex";
import type { Plugin } from "vite";

const kName = "virtual:formulas";

interface Entry {
  readonly formula: string;
}

interface RegistryFile {
  readonly optimizers: readonly Entry[];
  readonly schedulers: readonly Entry[];
}

/** `registry` is the file that `steplab optimizers` printed. */
export function formulas(registry: string): Plugin {
  return {
    name: "steplab-formulas",
    resolveId: (id) => (id === kName ? `\0${kName}` : undefined),
    load(id) {
      if (id !== `\0${kName}`) return undefined;
      if (!existsSync(registry)) {
        this.error(`${registry} is missing: write it with \`steplab optimizers\`.`);
      }
      this.addWatchFile(registry);
      const { optimizers, schedulers } = JSON.parse(readFileSync(registry, "utf8")) as RegistryFile;
      const markup = [...optimizers, ...schedulers].map(({ formula }) => [
        formula,
        toMathMl(formula),
      ]);
      return `export default ${JSON.stringify(Object.fromEntries(markup))};`;
    },
  };
}

/** One formula as a `<math>` element. Bad LaTeX fails the build. */
export function toMathMl(latex: string): string {
  const rendered = katex.renderToString(latex, {
    output: "mathml",
    displayMode: true,
    throwOnError: true,
    strict: "error",
  });
  const math = /<math[\s\S]*<\/math>/.exec(rendered)![0];
  return (
    math
      .replace(/<annotation[\s\S]*?<\/annotation>/, "")
      // A strict policy refuses style attributes, and reports each.
      .replace(/ style="[^"]*"/g, "")
  );
}
