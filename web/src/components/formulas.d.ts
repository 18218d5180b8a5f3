// SPDX-License-Identifier: MIT
/** What vite.formulas.ts makes of the registry. */

declare module "virtual:formulas" {
  /** From LaTeX to `<math>` markup: formulas with slots for numbers, and symbols on their own. */
  const formulas: Readonly<Record<string, string>>;
  export default formulas;
}

declare module "virtual:full-names" {
  /** Optimizers, wrappers, schedulers and averages that only the full engine has. */
  const names: readonly string[];
  export default names;
}
