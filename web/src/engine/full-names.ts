// SPDX-License-Identifier: MIT
/** Which of the two modules an experiment needs. */

/** Gradients that the first module does not read. */
const sparseRows = '"rows":';

/** Lines of a loop that the first module does not run. */
const fullLines = [
  "add_layer",
  "replace_layer",
  "add_param_group",
  "recreate_optimizer",
  "save_state",
  "load_state",
];

/** Whether a document, good or bad, names any of `names` where documents name things, or has what only it reads. */
export function needsFull(document: string, names: readonly string[]): boolean {
  return (
    names.some((name) => document.includes(`"name":${JSON.stringify(name)}`)) ||
    fullLines.some((line) => document.includes(JSON.stringify(line))) ||
    document.includes(sparseRows)
  );
}
