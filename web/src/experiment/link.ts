// SPDX-License-Identifier: MIT
/**
 * The page's state as the part of an address after `#`: `#preset=ravine&view=race&step=37`. Everything
 * is readable but an experiment of one's own, which is deflated into `x`. A link is data from a
 * stranger: it is measured before it is unpacked, nothing here throws, and whether the document is an
 * experiment is for the engine to say.
 */

import { fromBase64Url, toBase64Url } from "./base64url.js";
import { deflate, inflate } from "./deflate.js";
import type { Experiment } from "./experiment.generated.js";

/** Longest hash that is read or written, in characters. */
export const MAX_LINK_LENGTH = 8192;
/** Largest experiment in a link, in bytes of JSON. */
export const MAX_DOCUMENT_BYTES = 65_536;
const MAX_DEPTH = 16;
const MAX_STEP = 1_000_000;

export const VIEWS = ["loop", "race", "train"] as const;
export type ViewName = (typeof VIEWS)[number];

/** What a link says; nothing is said of what is left out. */
export interface Link {
  /** Name of a preset; an experiment beside it goes first. */
  readonly preset?: string;
  readonly experiment?: Experiment;
  readonly view?: ViewName;
  readonly step?: number;
  /** The loop's line within the step. */
  readonly instruction?: number;
  /** Whatever else a page keeps, by names of its own: small letters and hyphens. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface LinkError {
  readonly code: "too_long" | "malformed";
  readonly message: string;
}

export type LinkResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: LinkError };

/** The hash, without `#`. An experiment that is too large for a link is an error. */
export async function encodeLink(link: Link): Promise<LinkResult<string>> {
  const parameters = new URLSearchParams();
  if (link.preset !== undefined) parameters.set("preset", link.preset);
  if (link.view !== undefined) parameters.set("view", link.view);
  if (link.step !== undefined) parameters.set("step", String(link.step));
  if (link.instruction !== undefined) parameters.set("instruction", String(link.instruction));
  for (const [name, value] of Object.entries(link.settings ?? {})) {
    if (isSettingName(name)) parameters.set(name, value);
  }
  if (link.experiment !== undefined) {
    const code = await encodeExperiment(link.experiment);
    if (!code.ok) return code;
    parameters.set("x", code.value);
  }
  const hash = parameters.toString();
  return hash.length <= MAX_LINK_LENGTH ? success(hash) : tooLong();
}

/** Reads a hash, with or without `#`. Parameters that nobody knows are settings. */
export async function decodeLink(hash: string): Promise<LinkResult<Link>> {
  const text = hash.startsWith("#") ? hash.slice(1) : hash;
  if (text.length > MAX_LINK_LENGTH) return tooLong();
  const { preset, view, step, instruction, x, ...others } = single(new URLSearchParams(text));
  const link: { -readonly [K in keyof Link]: Link[K] } = {};
  if (preset !== undefined) link.preset = preset;
  if (view !== undefined) {
    if (!isView(view)) return malformed(`There is no view "${view.slice(0, 40)}".`);
    link.view = view;
  }
  if (step !== undefined) {
    const number = count(step);
    if (number === null) return malformed("The step in this link is not a step.");
    link.step = number;
  }
  if (instruction !== undefined) {
    const number = count(instruction);
    if (number === null) return malformed("The instruction in this link is not one.");
    link.instruction = number;
  }
  if (x !== undefined) {
    const experiment = await decodeExperiment(x);
    if (!experiment.ok) return experiment;
    link.experiment = experiment.value;
  }
  const settings = Object.entries(others).filter(([name]) => isSettingName(name));
  if (settings.length > 0) link.settings = Object.fromEntries(settings);
  return success(link);
}

/** An experiment alone as a code for links and for the element's `experiment` attribute. */
export async function encodeExperiment(experiment: Experiment): Promise<LinkResult<string>> {
  const json = JSON.stringify(experiment);
  if (new TextEncoder().encode(json).byteLength > MAX_DOCUMENT_BYTES) return tooLong();
  const code = toBase64Url(await deflate(json));
  return code.length <= MAX_LINK_LENGTH ? success(code) : tooLong();
}

/** Reads what encodeExperiment wrote. */
export async function decodeExperiment(code: string): Promise<LinkResult<Experiment>> {
  if (code.length > MAX_LINK_LENGTH) return tooLong();
  const bytes = fromBase64Url(code);
  const json = bytes && (await inflate(bytes, MAX_DOCUMENT_BYTES));
  if (json === null) return malformed("This link is damaged; ask for it once more.");
  return parseExperiment(json);
}

/** JSON text from outside as a document that is safe to hand around; the engine judges the rest. */
export function parseExperiment(json: string): LinkResult<Experiment> {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch (thrown) {
    return malformed(`This is not JSON: ${thrown instanceof Error ? thrown.message : ""}`);
  }
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    return malformed("An experiment is a JSON object.");
  }
  if (!isHarmless(document, MAX_DEPTH)) {
    return malformed("This document is nested too deeply or has names that no experiment has.");
  }
  return success(document as Experiment);
}

// A key "__proto__" would change the prototype of whatever the document is copied into.
function isHarmless(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth === 0) return false;
  return Object.entries(value).every(
    ([key, part]) => key !== "__proto__" && isHarmless(part, depth - 1),
  );
}

/** The first value of every name. */
function single(parameters: URLSearchParams): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of parameters) if (!values.has(name)) values.set(name, value);
  return Object.fromEntries(values);
}

function isSettingName(name: string): boolean {
  return /^[a-z][a-z-]{0,23}$/.test(name) && !RESERVED.has(name);
}

const RESERVED: ReadonlySet<string> = new Set([
  "preset",
  "view",
  "step",
  "instruction",
  "x",
  "constructor",
]);

function isView(text: string): text is ViewName {
  return (VIEWS as readonly string[]).includes(text);
}

function count(text: string): number | null {
  if (!/^\d{1,7}$/.test(text)) return null;
  const number = Number(text);
  return number <= MAX_STEP ? number : null;
}

function success<T>(value: T): LinkResult<T> {
  return { ok: true, value };
}

function malformed(message: string): LinkResult<never> {
  return { ok: false, error: { code: "malformed", message } };
}

function tooLong(): LinkResult<never> {
  return {
    ok: false,
    error: { code: "too_long", message: "This experiment is too large for a link." },
  };
}
