// SPDX-License-Identifier: MIT
/** What the doctor says of an experiment: the JSON of `steplab doctor`, and of `Engine.diagnose`. */

import type { Experiment } from "../experiment/experiment.generated.js";

/** Numbers that are not finite are these texts, as in traces. */
export type DiagnosisNumber = number | "nan" | "inf" | "-inf";

export interface Diagnosis {
  readonly version: 1;
  /** One for every run of the experiment, in its order. */
  readonly runs: readonly RunDiagnosis[];
}

export interface RunDiagnosis {
  readonly label: string;
  /** The run's ingredients in the right order: what it was compared with. */
  readonly canonical_loop: NonNullable<Experiment["loop"]>;
  readonly verdict: Verdict;
  /** Errors first, then warnings, then notes. */
  readonly findings: readonly Finding[];
}

export type Verdict = EquivalentVerdict | DifferentVerdict | ErrorVerdict;

/** The parameters had the same bits as the canonical loop's at the end of every iteration. */
export interface EquivalentVerdict {
  readonly kind: "equivalent";
  /** How many iterations were compared: the experiment's steps, or as many as the doctor has time for. */
  readonly iterations: number;
}

/** Where the run and its canonical loop part. */
export interface DifferentVerdict {
  readonly kind: "different";
  /** How many iterations both were run for. */
  readonly iterations: number;
  /** The first iteration, counted from 0, at whose end a parameter differs; then which one, and where. */
  readonly iteration: number;
  readonly parameter: string;
  readonly element: number;
  readonly value: DiagnosisNumber;
  readonly canonical: DiagnosisNumber;
  readonly difference: DiagnosisNumber;
}

/** What PyTorch raises. */
export interface ErrorVerdict {
  readonly kind: "error";
  readonly iteration: number;
  /** Index into the run's loop. */
  readonly line: number;
  readonly message: string;
}

export type Severity = "error" | "warning" | "note";

export interface Finding {
  /** Stable, snake_case: "missing_zero_grad". */
  readonly id: string;
  readonly severity: Severity;
  /** Index into the run's loop: the line at fault; null when no one line is. */
  readonly line: number | null;
  readonly iteration: number | null;
  readonly parameter: string | null;
  readonly title: string;
  readonly explanation: string;
  /** What PyTorch prints or raises, or that it says nothing, and why. */
  readonly pytorch: string;
  readonly evidence: readonly Evidence[];
  readonly remedy: Remedy | null;
}

export interface Evidence {
  readonly name: string;
  readonly value: DiagnosisNumber;
}

/** A change that was tried: the experiment with it, and what came of it. */
export interface Remedy {
  readonly label: string;
  readonly experiment: Experiment;
  readonly outcome: RemedyOutcome;
}

export type RemedyOutcome =
  | { readonly kind: "equivalent" }
  | {
      readonly kind: "improved";
      /** What was measured: "loss after 200 iterations". */
      readonly measure: string;
      readonly before: DiagnosisNumber;
      readonly after: DiagnosisNumber;
    };

export interface DiagnoseOptions {
  /** Called between slices with the share that is done, from 0 to 1. */
  readonly onProgress?: (share: number) => void;
  /** Aborting rejects with a StepLabError of code "cancelled". */
  readonly signal?: AbortSignal;
}
