// SPDX-License-Identifier: MIT
/** What the arguments of the command line ask for. */

import { parseArgs } from "node:util";
import { Refusal } from "./refusal.js";

export interface RunCommand {
  readonly kind: "run";
  readonly file: string;
  /** In place of the document's; null leaves it its own. */
  readonly steps: number | null;
  /** Where the trace goes; a name that ends in .csv gets CSV. null asks for a summary instead. */
  readonly trace: string | null;
  readonly every: number;
  readonly state: boolean;
}

export type Command = { readonly kind: "help" } | { readonly kind: "optimizers" } | RunCommand;

export const usage = `usage: steplab run FILE [--steps N] [--trace OUT.json|OUT.csv] [--every K] [--state]
       steplab optimizers
FILE and OUT may be "-", for standard input and output.
`;

const options = {
  help: { type: "boolean", short: "h" },
  steps: { type: "string" },
  trace: { type: "string" },
  every: { type: "string" },
  state: { type: "boolean" },
} as const;

export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parseOptions(args);
  if (values.help) return { kind: "help" };
  const [name, file, surplus] = positionals;
  if (name === undefined) throw badArguments("A subcommand is required");
  if (name === "optimizers") {
    if (file !== undefined) throw unexpected(file);
    return { kind: "optimizers" };
  }
  if (name !== "run") throw unexpected(name);
  if (surplus !== undefined) throw unexpected(surplus);
  if (file === undefined) throw badArguments("FILE is required");
  const steps = values.steps === undefined ? null : count("--steps", values.steps);
  const every = values.every === undefined ? null : count("--every", values.every);
  const trace = values.trace ?? null;
  if (trace === null && every !== null) throw badArguments("--every requires --trace");
  if (trace === null && values.state) throw badArguments("--state requires --trace");
  return { kind: "run", file, steps, trace, every: every ?? 1, state: values.state ?? false };
}

function parseOptions(args: readonly string[]) {
  const words = args.map((word) => (word === "-h" ? "--help" : word));
  try {
    return parseArgs({ args: words, options, allowPositionals: true });
  } catch {
    const known = Object.keys(options).map((name) => `--${name}`);
    const stranger = words.find((word) => /^-./.test(word) && !known.includes(word.split("=")[0]!));
    throw stranger === undefined
      ? badArguments("An option lacks its value, or has one too many")
      : unexpected(stranger);
  }
}

function count(option: string, text: string): number {
  const number = Number(text);
  if (/^[0-9]+$/.test(text) && number >= 1 && number <= 1_000_000) return number;
  throw badArguments(`${option}: Value ${text} not in range 1 to 1000000`);
}

function unexpected(word: string): Refusal {
  return badArguments(`The following argument was not expected: ${word}`);
}

function badArguments(message: string): Refusal {
  return new Refusal(`steplab: ${message}\nRun steplab --help for usage.\n`);
}
