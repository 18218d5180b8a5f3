// SPDX-License-Identifier: MIT
/** Asks the doctor about the loop at hand: a little after it last changed, and never about two at once. */

import type { DiagnoseOptions, Diagnosis, Experiment, RunDiagnosis } from "../engine/types.js";
import { onlyRun } from "./branches.js";

/** An engine as far as the doctor needs it. */
export interface Clinic {
  diagnose(experiment: Experiment, options?: DiagnoseOptions): Promise<Diagnosis>;
}

export type DoctorState =
  /** Nothing was asked, or what was asked was given up. */
  | { readonly kind: "idle" }
  | { readonly kind: "working"; readonly progress: number }
  | { readonly kind: "done"; readonly diagnosis: RunDiagnosis }
  | { readonly kind: "failed"; readonly message: string };

/** Someone who is still typing is not interrupted. */
const pause = 350;

/** Answers that are kept: going back to a loop has its answer at once. */
const remembered = 40;

export class Doctor {
  state: DoctorState = { kind: "idle" };
  /** The remedy that was applied last, and the document that it made. */
  applied: { readonly label: string; readonly experiment: Experiment } | null = null;

  readonly #clinic: Clinic;
  readonly #onChange: () => void;
  readonly #known = new Map<string, RunDiagnosis>();
  #document: Experiment | null = null;
  #run = 0;
  /** What is being asked, or was answered last. */
  #asked = "";
  #control: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(clinic: Clinic, onChange: () => void) {
    this.#clinic = clinic;
    this.#onChange = onChange;
  }

  /** Takes up a run of a document; the same one again changes nothing. */
  follow(document: Experiment, run: number): void {
    if (document === this.#document && run === this.#run) return;
    this.#document = document;
    this.#run = run;
    const experiment = onlyRun(document, run);
    const key = JSON.stringify(experiment);
    if (key === this.#asked) return;
    this.#stop();
    this.#asked = key;
    const known = this.#known.get(key);
    if (known !== undefined) return this.#show({ kind: "done", diagnosis: known });
    this.#show({ kind: "working", progress: 0 });
    this.#timer = setTimeout(() => void this.#examine(experiment, key), pause);
  }

  /** Gives up what is under way. */
  cancel(): void {
    this.#stop();
    this.#show({ kind: "idle" });
  }

  /** Gives up what is under way, and forgets whom it was about. */
  hush(): void {
    if (this.#document === null) return;
    this.#document = null;
    this.#asked = "";
    this.cancel();
  }

  /** Asks, also what was given up or has failed before. */
  again(document: Experiment, run: number): void {
    this.#document = null;
    this.#asked = "";
    this.follow(document, run);
  }

  /** What it says of another loop, without taking that up. */
  readonly ask = async (experiment: Experiment, signal: AbortSignal): Promise<RunDiagnosis> => {
    const key = JSON.stringify(experiment);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { runs } = await this.#clinic.diagnose(experiment, { signal });
    return this.#keep(key, runs[0]!);
  };

  destroy(): void {
    this.#stop();
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#control?.abort();
    this.#control = null;
  }

  async #examine(experiment: Experiment, key: string): Promise<void> {
    const control = new AbortController();
    this.#control = control;
    const stale = () => control.signal.aborted || key !== this.#asked;
    try {
      const { runs } = await this.#clinic.diagnose(experiment, {
        signal: control.signal,
        onProgress: (progress) => {
          if (!stale()) this.#show({ kind: "working", progress });
        },
      });
      if (stale()) return;
      this.#show({ kind: "done", diagnosis: this.#keep(key, runs[0]!) });
    } catch (failure) {
      if (stale()) return;
      const message = failure instanceof Error ? failure.message : String(failure);
      this.#show({ kind: "failed", message });
    }
  }

  #keep(key: string, diagnosis: RunDiagnosis): RunDiagnosis {
    this.#known.set(key, diagnosis);
    if (this.#known.size > remembered) {
      this.#known.delete(this.#known.keys().next().value!);
    }
    return diagnosis;
  }

  #show(state: DoctorState): void {
    this.state = state;
    this.#onChange();
  }
}
