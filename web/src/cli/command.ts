// SPDX-License-Identifier: MIT
/** What the arguments of the command line ask for, and what is wrong with them, as the native one says it. */

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

export interface ExportCommand {
  readonly kind: "export";
  readonly file: string;
  readonly to: "pytorch" | "csv";
  readonly out: string;
  readonly steps: number | null;
}

export interface DoctorCommand {
  readonly kind: "doctor";
  readonly file: string;
}

export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "optimizers" }
  | RunCommand
  | ExportCommand
  | DoctorCommand;

export const usage = `usage: steplab run FILE [--steps N] [--trace OUT.json|OUT.csv] [--every K] [--state]
       steplab export FILE --to pytorch|csv [--steps N] [--out OUT]
       steplab doctor FILE
       steplab optimizers
       steplab --version
FILE and OUT may be "-", for standard input and output.
`;

/** Options with a value, and what the value is. */
const valued: Readonly<Record<string, string>> = {
  "--steps": "UINT:INT in [1 - 1000000]",
  "--trace": "TEXT",
  "--every": "UINT:INT in [1 - 1000000]",
  "--to": "TEXT:{pytorch,csv,safetensors}",
  "--out": "TEXT",
};
const runOptions = ["--steps", "--trace", "--every", "--state"];
const exportOptions = ["--to", "--out", "--steps"];
const flags: ReadonlySet<string> = new Set(["--state"]);

export function parseCommand(args: readonly string[]): Command {
  if (args.includes("--help") || args.includes("-h")) return { kind: "help" };
  const [name, ...rest] = args;
  switch (name) {
    case "--version":
      return { kind: "version" };
    case "optimizers":
      if (rest[0] !== undefined) throw unexpected(rest[0]);
      return { kind: "optimizers" };
    case "run":
      return parseRun(rest);
    case "export":
      return parseExport(rest);
    case "doctor":
      return parseDoctor(rest);
    default:
      throw badArguments("A subcommand is required");
  }
}

function parseRun(args: readonly string[]): RunCommand {
  const { values, file, surplus } = split(args, runOptions);
  const steps = count("--steps", values.get("--steps"));
  const every = count("--every", values.get("--every"));
  if (surplus !== undefined) throw unexpected(surplus);
  const trace = values.get("--trace") ?? null;
  for (const option of ["--every", "--state"]) {
    if (trace === null && values.has(option)) throw badArguments(`${option} requires --trace`);
  }
  return { kind: "run", file, steps, trace, every: every ?? 1, state: values.has("--state") };
}

function parseExport(args: readonly string[]): ExportCommand {
  const { values, file, surplus } = split(args, exportOptions);
  const to = values.get("--to");
  if (to === undefined) throw badArguments("--to is required");
  const steps = count("--steps", values.get("--steps"));
  if (surplus !== undefined) throw unexpected(surplus);
  if (to === "safetensors") {
    throw badArguments("--to: only the native command line writes safetensors");
  }
  if (to !== "pytorch" && to !== "csv") {
    throw badArguments(`--to: ${to} not in {pytorch,csv,safetensors}`);
  }
  return { kind: "export", file, to, out: values.get("--out") ?? "-", steps };
}

function parseDoctor(args: readonly string[]): DoctorCommand {
  const { file, surplus } = split(args, []);
  if (surplus !== undefined) throw unexpected(surplus);
  return { kind: "doctor", file };
}

interface Words {
  readonly values: ReadonlyMap<string, string>;
  readonly file: string;
  /** One file too many. */
  readonly surplus: string | undefined;
}

function split(args: readonly string[], options: readonly string[]): Words {
  const values = new Map<string, string>();
  const files: string[] = [];
  const words = [...args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!word.startsWith("-") || word === "-") {
      files.push(word);
      continue;
    }
    const [option, given] = word.split(/=(.*)/s, 2) as [string, string?];
    if (!options.includes(option)) throw unexpected(word);
    if (flags.has(option)) {
      values.set(option, "");
      continue;
    }
    const kind = valued[option];
    if (kind === undefined) throw unexpected(word);
    const value = given ?? words.shift();
    if (value === undefined) throw badArguments(`${option}: 1 required ${kind} missing`);
    if (values.has(option)) throw badArguments(`${option}: At Most 1 required but received 2`);
    values.set(option, value);
  }
  const [file, surplus] = files;
  if (file === undefined) throw badArguments("FILE is required");
  return { values, file, surplus };
}

function count(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
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
