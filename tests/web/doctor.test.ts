// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DiagnoseOptions, Diagnosis, Experiment } from "../../web/src/engine/types.js";
import { Doctor } from "../../web/src/state/doctor.js";

const experiment = (seed: number): Experiment => ({
  version: 1,
  seed,
  problem: { kind: "surface", name: "bowl" },
  runs: [{ label: "a", optimizer: { name: "SGD" } }],
});

/** Answers when it is told to. */
class Clinic {
  readonly asked: { readonly seed: number; readonly options: DiagnoseOptions }[] = [];
  readonly #answers: ((diagnosis: Diagnosis) => void)[] = [];

  diagnose({ seed = 0 }: Experiment, options: DiagnoseOptions = {}): Promise<Diagnosis> {
    this.asked.push({ seed, options });
    return new Promise((resolve, reject) => {
      this.#answers.push(resolve);
      options.signal?.addEventListener("abort", () => reject(new Error("cancelled")));
    });
  }

  async answer(call: number): Promise<void> {
    const label = `answer to ${this.asked[call]!.seed}`;
    const verdict = { kind: "equivalent", iterations: 1 } as const;
    this.#answers[call]!({
      version: 1,
      runs: [{ label, canonical_loop: [], verdict, findings: [] }],
    });
    await vi.advanceTimersByTimeAsync(0);
  }
}

describe("the doctor", () => {
  let clinic: Clinic;
  let doctor: Doctor;
  beforeEach(() => {
    vi.useFakeTimers();
    clinic = new Clinic();
    doctor = new Doctor(clinic, () => {});
  });
  afterEach(() => {
    doctor.destroy();
    vi.useRealTimers();
  });
  const pause = () => vi.advanceTimersByTimeAsync(1000);

  test("waits until the loop has been left alone for a moment, and is asked once", async () => {
    doctor.follow(experiment(1), 0);
    await vi.advanceTimersByTimeAsync(100);
    doctor.follow(experiment(2), 0);
    doctor.follow(experiment(2), 0);
    await pause();
    expect(clinic.asked.map(({ seed }) => seed)).toEqual([2]);
    expect(doctor.state.kind).toBe("working");
    clinic.asked[0]!.options.onProgress?.(0.5);
    expect(doctor.state).toEqual({ kind: "working", progress: 0.5 });
    await clinic.answer(0);
    expect(doctor.state).toMatchObject({ kind: "done", diagnosis: { label: "answer to 2" } });
  });

  test("gives up what another loop has made of no interest", async () => {
    doctor.follow(experiment(1), 0);
    await pause();
    doctor.follow(experiment(2), 0);
    expect(clinic.asked[0]!.options.signal?.aborted).toBe(true);
    await pause();
    await clinic.answer(1);
    expect(doctor.state).toMatchObject({ diagnosis: { label: "answer to 2" } });
  });

  test("remembers what it said: an undo has its answer at once", async () => {
    doctor.follow(experiment(1), 0);
    await pause();
    await clinic.answer(0);
    doctor.follow(experiment(2), 0);
    doctor.follow(experiment(1), 0);
    expect(doctor.state).toMatchObject({ diagnosis: { label: "answer to 1" } });
    await pause();
    expect(clinic.asked).toHaveLength(1);
  });

  test("can be cancelled, and asked again", async () => {
    doctor.follow(experiment(1), 0);
    await pause();
    doctor.cancel();
    expect(doctor.state).toEqual({ kind: "idle" });
    await vi.advanceTimersByTimeAsync(0);
    expect(doctor.state).toEqual({ kind: "idle" });
    doctor.again(experiment(1), 0);
    await pause();
    await clinic.answer(1);
    expect(doctor.state.kind).toBe("done");
  });

  test("answers questions about other loops without taking them up", async () => {
    const answer = doctor.ask(experiment(3), new AbortController().signal);
    await clinic.answer(0);
    expect((await answer).label).toBe("answer to 3");
    expect(doctor.state).toEqual({ kind: "idle" });
  });

  test("says what kept it from going on", async () => {
    const ill = new Doctor({ diagnose: () => Promise.reject(new Error("no memory")) }, () => {});
    ill.follow(experiment(1), 0);
    await pause();
    expect(ill.state).toEqual({ kind: "failed", message: "no memory" });
  });
});
