// SPDX-License-Identifier: MIT
/** Which of the two modules an experiment needs. */

/** Whether a document, good or bad, names any of `names` where documents name things. */
export function namesOneOf(document: string, names: readonly string[]): boolean {
  return names.some((name) => document.includes(`"name":${JSON.stringify(name)}`));
}
