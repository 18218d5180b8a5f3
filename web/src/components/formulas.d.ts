// SPDX-License-Identifier: MIT
/** What vite.formulas.ts makes of the registry: from LaTeX to `<math>` markup. */
declare module "virtual:formulas" {
  const formulas: Readonly<Record<string, string>>;
  export default formulas;
}
