// SPDX-License-Identifier: MIT
/**
 * Moves a session through time: plays, steps, seeks. Everything that is asked of the engine is cut into
 * slices, so that the page never waits; whatever is asked last wins, which a generation counter decides.
 */

import type { Engine, Evaluation, Experiment, Frame, Session } from "../engine/types.js";
import { HistoryBuffer } from "./history-buffer.js";
import { linesPerIteration } from "./loop-lines.js";
import type { Cursor } from "./page-state.js";
import type { Speed } from "./speeds.js";

/** A run's figures on the whole train and test set after a number of steps; index = run. */
export interface EvaluationRow {
  readonly step: number;
  readonly runs: readonly (Evaluation | null)[];
}

/** How far a long jump has come. */
export interface Progress {
  readonly at: number;
  readonly target: number;
}

/** A slice of a jump aims at this many milliseconds. */
const sliceTime = 24;
/** An answer of the worker while playing may take this many milliseconds; the page itself does not wait. */
const frameTime = 30;
/** Iterations a second beyond which no clock matters. */
const fastest = 1e7;
/** A jump is only spoken of once it has taken this many milliseconds. */
const patience = 150;
/** Points of the train and test curves. */
const evaluationCount = 60;

export class Player {
  session: Session | null = null;
  frame: Frame | null = null;
  /** The moment before the last line ran; null while playing by whole iterations. */
  before: Frame | null = null;
  history: HistoryBuffer | null = null;
  evaluations: readonly EvaluationRow[] = [];
  progress: Progress | null = null;
  playing = false;
  speed: Speed;

  readonly #engine: Engine;
  readonly #onChange: () => void;
  readonly #onFailure: (failure: unknown) => void;
  #generation = 0;
  #suspended = false;
  #busy = false;
  #jumping = false;
  #due = 0;
  #clock = 0;
  #slice = 8;

  constructor(
    engine: Engine,
    speed: Speed,
    onChange: () => void,
    onFailure: (failure: unknown) => void,
  ) {
    this.#engine = engine;
    this.speed = speed;
    this.#onChange = onChange;
    this.#onFailure = onFailure;
  }

  /** How many lines one iteration has. */
  get lines(): number {
    return this.session === null ? 1 : linesPerIteration(this.session.experiment);
  }

  get cursor(): Cursor {
    return { step: this.frame?.iteration ?? 0, instruction: this.frame?.instruction ?? 0 };
  }

  /** Takes up an experiment and goes to a place in it; the old picture stays until then. */
  async open(experiment: Experiment, cursor: Cursor): Promise<void> {
    await this.#exclusively(async (stale) => {
      const session = await this.#engine.createSession(experiment);
      if (stale()) return session.dispose();
      const frame = await session.frame();
      const history = new HistoryBuffer(await session.history(), frame.steps);
      if (stale()) return session.dispose();
      this.session?.dispose();
      this.session = session;
      this.history = history;
      this.evaluations = [];
      await this.#goTo(frame, cursor, stale);
    });
  }

  play(): void {
    if (this.playing || this.frame === null) return;
    this.playing = true;
    this.#due = 1;
    this.#clock = performance.now();
    this.#onChange();
    if (this.frame.finished) void this.seek({ step: 0, instruction: 0 }).then(() => this.#tick());
    else this.#tick();
  }

  pause(): void {
    if (!this.playing) return;
    this.playing = false;
    this.#onChange();
    void this.#exclusively((stale) => this.#settle(stale));
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Stands still while nobody can see it. */
  suspend(suspended: boolean): void {
    if (this.#suspended === suspended) return;
    this.#suspended = suspended;
    this.#clock = performance.now();
    if (!suspended && this.playing) this.#tick();
  }

  /** Forward or back by whole iterations, landing at the start of one. */
  async stepIterations(count: number): Promise<void> {
    this.pause();
    const { step, instruction } = this.cursor;
    // Back from the middle of an iteration goes to its start first.
    const whole = count < 0 && instruction > 0 ? step + 1 : step;
    await this.seek({ step: whole + count, instruction: 0 });
  }

  /** Forward or back by one line of the loop. */
  async stepLine(direction: 1 | -1): Promise<void> {
    this.pause();
    if (direction === -1) {
      const { step, instruction } = this.cursor;
      if (instruction > 0) await this.seek({ step, instruction: instruction - 1 });
      else if (step > 0) await this.seek({ step: step - 1, instruction: this.lines - 1 });
      return;
    }
    await this.#exclusively(async (stale) => {
      if (this.session === null || this.frame?.finished === true) return;
      const before = this.frame;
      await this.#show(await this.session.advanceInstruction(), stale, before);
    });
  }

  /** Goes anywhere, reached before or not. */
  async seek(cursor: Cursor): Promise<void> {
    await this.#exclusively(async (stale) => {
      if (this.session === null || this.frame === null) return;
      await this.#goTo(this.frame, cursor, stale);
    });
  }

  /** Gives up a jump where it stands. */
  cancel(): void {
    this.#generation++;
    this.#jumping = false;
    this.progress = null;
    this.pause();
    this.#onChange();
  }

  destroy(): void {
    this.#generation++;
    this.playing = false;
    this.session?.dispose();
    this.session = null;
  }

  /** Runs a task that makes every earlier one stale. */
  async #exclusively(task: (stale: () => boolean) => Promise<void>): Promise<void> {
    const generation = ++this.#generation;
    const stale = () => generation !== this.#generation;
    this.#jumping = true;
    try {
      await task(stale);
    } catch (failure) {
      if (!stale()) this.#onFailure(failure);
    }
    if (stale()) return;
    this.#jumping = false;
    this.#clock = performance.now();
    this.progress = null;
    this.#onChange();
  }

  async #goTo(from: Frame, cursor: Cursor, stale: () => boolean): Promise<void> {
    const session = this.session;
    if (session === null) return;
    const step = Math.max(0, Math.min(cursor.step, from.steps));
    const instruction = step === from.steps ? 0 : Math.min(cursor.instruction, this.lines - 1);
    const begun = performance.now();
    // From a known place: what was asked before may still have moved the session.
    let frame = await session.rewind(Math.min(step, from.furthest));
    while (frame.iteration < step && !frame.finished) {
      const before = performance.now();
      frame = await session.advance(
        this.#upTo(frame, Math.min(step - frame.iteration, this.#slice)),
      );
      if (stale()) return;
      this.#adapt(performance.now() - before, sliceTime);
      await this.#evaluate(frame, stale);
      if (performance.now() - begun > patience) {
        this.progress = { at: frame.iteration, target: step };
        await this.#show(frame, stale);
        await nextFrame();
        if (stale()) return;
      }
    }
    for (let line = 0; line < instruction && !frame.finished; line++) {
      frame = await session.advanceInstruction();
      if (stale()) return;
    }
    await this.#show(frame, stale);
    if (!this.playing) await this.#settle(stale);
  }

  /** Runs the last line once more, to know what it changed. */
  async #settle(stale: () => boolean): Promise<void> {
    const { session, frame } = this;
    if (session === null || frame === null || stale()) return;
    const { step, instruction } = this.cursor;
    if (this.before !== null || step + instruction === 0) return;
    const before =
      instruction > 0
        ? await session.seek(step, instruction - 1)
        : await session.seek(step - 1, this.lines - 1);
    const again = await session.advanceInstruction();
    if (!stale()) await this.#show(again, stale, before);
  }

  /** Reads what the frame added to the history, then shows both together. */
  async #show(frame: Frame, stale: () => boolean, before: Frame | null = null): Promise<void> {
    const { session, history } = this;
    if (session === null || history === null || stale()) return;
    if (frame.furthest >= history.length || frame.instruction > 0) {
      const piece = await session.history(history.next);
      if (stale()) return;
      history.append(piece);
    }
    this.frame = frame;
    this.before = before;
    await this.#evaluate(frame, stale);
    if (!stale()) this.#onChange();
  }

  /** One animation frame of playing. */
  #tick(): void {
    requestAnimationFrame(async (now) => {
      if (!this.playing || this.#suspended) return;
      if (this.#jumping || this.#busy) return this.#tick();
      const generation = this.#generation;
      const { session, frame } = this;
      if (session === null || frame === null) return;
      if (frame.finished) return this.pause();
      const gained = (Math.max(0, now - this.#clock) / 1000) * Math.min(this.speed.rate, fastest);
      this.#due = Math.min(this.#due + gained, fastest);
      this.#clock = now;
      if (this.#due < 1) return this.#tick();
      this.#busy = true;
      try {
        await this.#playOn(session, frame, () => {
          return generation !== this.#generation || session !== this.session;
        });
      } catch (failure) {
        this.playing = false;
        this.#onFailure(failure);
      }
      this.#busy = false;
      this.#tick();
    });
  }

  async #playOn(session: Session, frame: Frame, stale: () => boolean): Promise<void> {
    if (this.speed.unit === "lines") {
      this.#due = Math.min(this.#due - 1, 1);
      return this.#show(await session.advanceInstruction(), stale, frame);
    }
    // A machine that cannot keep up plays slower; it does not fall behind.
    const count = Math.max(1, Math.min(Math.floor(this.#due), this.#slice));
    this.#due = Math.min(this.#due - count, this.speed.rate / 10);
    const before = performance.now();
    const next = await session.advance(this.#upTo(frame, count));
    this.#adapt(performance.now() - before, frameTime);
    await this.#show(next, stale);
  }

  /** At most `count` iterations, stopping where the model is to be evaluated. */
  #upTo(frame: Frame, count: number): number {
    if (this.session?.experiment.problem.kind !== "task") return count;
    const every = evaluationStride(frame.steps);
    return Math.min(count, every - (frame.iteration % every));
  }

  async #evaluate(frame: Frame, stale: () => boolean): Promise<void> {
    const session = this.session;
    if (session === null || session.experiment.problem.kind !== "task") return;
    const due = frame.iteration % evaluationStride(frame.steps) === 0 || frame.finished;
    const known = this.evaluations.some((row) => row.step === frame.iteration);
    if (!due || known || frame.instruction !== 0) return;
    const runs = await Promise.all(frame.runs.map((_, run) => session.evaluate(run)));
    if (stale() || this.session !== session) return;
    this.evaluations = [...this.evaluations, { step: frame.iteration, runs }].sort(
      (a, b) => a.step - b.step,
    );
  }

  #adapt(took: number, aim: number): void {
    const factor = Math.max(0.5, Math.min(2, aim / Math.max(took, 0.5)));
    this.#slice = Math.max(1, Math.min(100_000, Math.round(this.#slice * factor)));
  }
}

function evaluationStride(steps: number): number {
  return Math.max(1, Math.ceil(steps / evaluationCount));
}

function nextFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}
