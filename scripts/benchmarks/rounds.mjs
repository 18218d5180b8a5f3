// SPDX-License-Identifier: MIT
/**
 * The rounds of scripts/bench. In every round each contestant does each piece of work in a fresh process, one after
 * the other; ratios are taken within a round, because a machine's speed drifts between minutes.
 *
 * usage: node rounds.mjs [steps] [update] [--rounds N] [--seconds S]     from the root of a built checkout
 */

import { readFileSync } from "node:fs";
import os from "node:os";
import { parseArgs } from "node:util";
import { here } from "./report.mjs";
import { compareSteps } from "./steps.mjs";
import { compareUpdates } from "./update.mjs";

const tables = { steps: compareSteps, update: compareUpdates };

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "1" },
  },
});
const chosen = positionals.length ? positionals : Object.keys(tables);
const unknown = chosen.find((name) => !(name in tables));
if (unknown) {
  console.error(`${unknown} is no table; there are ${Object.keys(tables).join(", ")}`);
  process.exit(2);
}

const peers = () => {
  const { dependencies } = JSON.parse(readFileSync(here("package.json"), "utf8"));
  return Object.entries(dependencies)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
};

console.log(`${os.cpus()[0].model}, ${os.cpus().length} cores; ${os.type()} ${os.release()}`);
console.log(`Node ${process.version}; ${peers()}; ${process.env.COMPILERS}`);
console.log(
  `Medians of ${options.rounds} rounds of ${options.seconds} s each, one thread, a process a measurement.\n`,
);
for (const name of chosen) tables[name](options);
