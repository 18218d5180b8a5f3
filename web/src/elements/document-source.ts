// SPDX-License-Identifier: MIT
/** Where an element's experiment comes from: its attribute, as JSON or as a link's code, or an address. */

import { StepLabError } from "../engine/errors.js";
import type { Experiment } from "../engine/types.js";
import { decodeExperiment, parseExperiment } from "../experiment/link.js";

/** Rejects with a StepLabError; whether the document can be run is for the engine to say. */
export async function readDocument(
  attribute: string | null,
  src: string | null,
): Promise<Experiment> {
  const text = attribute?.trim() || (await fetchText(src));
  const result = text.startsWith("{") ? parseExperiment(text) : await decodeExperiment(text);
  if (!result.ok) throw StepLabError.of("invalid_json", result.error.message);
  return result.value;
}

async function fetchText(src: string | null): Promise<string> {
  if (!src) {
    throw StepLabError.of(
      "invalid_experiment",
      'This <step-lab> needs an "experiment" or a "src".',
    );
  }
  const response = await fetch(src).catch(() => null);
  if (response?.ok) return (await response.text()).trim();
  throw StepLabError.of("invalid_experiment", `The experiment at ${src} could not be read.`);
}
