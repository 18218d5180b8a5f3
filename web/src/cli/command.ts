// SPDX-License-Identifier: MIT
/** What the arguments of the command line ask for. */

import { parseArgs } from "node:util";

export interface RunCommand {
  readonly kind: "run";
  readonly file: string;
  readonly steps: number | null;
  /** Where the trace goes; a name that ends in .csv gets CSV. */
  readonly trace: string | null;
  readonly every: number;
  readonly state: boolean;
}

export type Command = { readonly kind: "help" } | { readonly kind: "optimizers" } | RunCommand;

/** Bad arguments; the message goes to standard error. */
export class UsageError extends Error {}

export const usage = `usage: steplab run FILE [--steps N] [--trace OUT.json|OUT.csv] [--every K] [--state]
       steplab optimizers
FILE and OUT may be "-", for standard input and output.
`;

const options = {
  help: { type: "boolean" },
  steps: { type: "string" },
  trace: { type: "string" },
  every: { type: "string" },
  state: { type: "boolean" },
} as const;

export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parseOptions(args);
  const [name, file, ...surplus] = positionals;
  if (values.help || name === "help") return { kind: "help" };
  if (name === "optimizers" && file === undefined) return { kind: "optimizers" };
  if (name !== "run" || file === undefined || surplus.length > 0) throw new UsageError(usage);
  return {
    kind: "run",
    file,
    steps: values.steps === undefined ? null : count("--steps", values.steps),
    trace: values.trace ?? null,
    every: values.every === undefined ? 1 : count("--every", values.every),
    state: values.state ?? false,
  };
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch {
    throw new UsageError(usage);
  }
}

function count(option: string, text: string): number {
  const number = Number(text);
  if (/^[0-9]+$/.test(text) && number >= 1 && number <= 1_000_000) return number;
  throw new UsageError(`${option} is "${text}"; it must be a whole number from 1 to 1000000\n`);
}
