// SPDX-License-Identifier: MIT
/** Optimizers under their headings, and those that a search finds. */

import type { OptimizerInfo } from "../engine/types.js";

export interface Family {
  readonly name: string;
  readonly optimizers: readonly OptimizerInfo[];
}

/** In the registry's order, by the family in which each first appears. */
export function familiesOf(optimizers: readonly OptimizerInfo[]): readonly Family[] {
  const families = new Map<string, OptimizerInfo[]>();
  for (const optimizer of optimizers) {
    const members = families.get(optimizer.family) ?? [];
    members.push(optimizer);
    families.set(optimizer.family, members);
  }
  return [...families].map(([name, members]) => ({ name, optimizers: members }));
}

/** Those of which every word of the search says something; names that begin with it come first. */
export function search(
  optimizers: readonly OptimizerInfo[],
  text: string,
): readonly OptimizerInfo[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = optimizers.filter(({ name, family, summary, hyper_parameters }) => {
    const options = hyper_parameters.map((each) => each.name);
    const said = [name, family, summary, ...options].join(" ").toLowerCase();
    return words.every((word) => said.includes(word));
  });
  const begins = ({ name }: OptimizerInfo) => name.toLowerCase().startsWith(words[0] ?? "");
  return [...found.filter(begins), ...found.filter((each) => !begins(each))];
}
