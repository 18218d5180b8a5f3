// SPDX-License-Identifier: MIT
/** What every table of scripts/bench is made with: processes, medians, columns. */

import { execFileSync } from "node:child_process";

/** A path beside this file. */
export const here = (name) => new URL(name, import.meta.url).pathname;

/** What a command prints. */
export function run([command, ...args], environment = {}) {
  const env = { ...process.env, ...environment };
  return execFileSync(command, args, { encoding: "utf8", env, maxBuffer: 1 << 28 });
}

/** The JSON that a contestant prints; libraries greet on standard output, the figures are the last line. */
export const figures = (command, environment) =>
  JSON.parse(run(command, environment).trim().split("\n").at(-1));

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const three = (value) => Number(value.toPrecision(3)).toLocaleString("en-US");

/** A table as text; the first column is of names, the others of figures. */
export function table(title, head, rows) {
  const widths = head.map((cell, column) =>
    Math.max(...[head, ...rows].map((row) => row[column].length)),
  );
  const line = (row) =>
    row
      .map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join("  ");
  return [title, ...[head, ...rows].map((row) => `  ${line(row)}`)].join("\n");
}
