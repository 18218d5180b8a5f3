// SPDX-License-Identifier: MIT
/**
 * Moves a session through time: plays, steps, seeks. Everything that is asked of the engine is cut into
 * slices, so that the page never waits; whatever is asked last wins, which a generation counter decides.
 */

import type { Engine, Experiment, Frame, Session } from "../engine/types.js";
import { evaluated, upToEvaluation, type EvaluationRow } from "./evaluations.js";
import { HistoryBuffer } from "./history-buffer.js";
import { linesPerIteration } from "./loop-lines.js";
import type { Cursor } from "./page-state.js";
import { areMomentsOf, iterationAtHand, recall, withMoment } from "./recall.js";
import type { Speed } from "./speeds.js";
import { sameElement, type Watched } from "./watched.js";

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
/** A jump or a new session is only spoken of once it has taken this many milliseconds. */
const patience = 150;
export class Player {
  session: Session | null = null;
  frame: Frame | null = null;
  /** Before the first line of the iteration at hand, and after each that has run; else the last moment alone. */
  moments: readonly Frame[] = [];
  history: HistoryBuffer | null = null;
  evaluations: readonly EvaluationRow[] = [];
  progress: Progress | null = null;
  /** A session has been long in coming: its engine is being loaded, most likely. */
  waiting = false;
  playing = false;
  speed: Speed;

  readonly #engine: Engine;
  readonly #onChange: () => void;
  readonly #onFailure: (failure: unknown) => void;
  /** Where the session was seen last, and its history; shown together with `frame`. */
  #latest: Frame | null = null;
  #columns: HistoryBuffer | null = null;
  /** Settles when the session that was asked for last is in place, or has been refused. */
  #opening: Promise<void> = Promise.resolve();
  #watched: Watched = { run: 0, parameter: null, element: 0 };
  /** What was watched in the frame that was seen last at rest. */
  #told = this.#watched;
  #orders = 0;
  #generation = 0;
  #suspended = false;
  #scheduled = false;
  #jumping = false;
  /** Where the session is: as seen last, ahead of it by answers under way, or where some look at it has led. */
  #whereabouts: "seen" | "ahead" | "elsewhere" = "seen";
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

  /** The moment before the last line ran; null while playing by whole iterations. */
  get before(): Frame | null {
    return this.moments.at(-2) ?? null;
  }

  get cursor(): Cursor {
    return { step: this.frame?.iteration ?? 0, instruction: this.frame?.instruction ?? 0 };
  }

  /** Takes up an experiment and goes to a place in it; the old picture stays until then. */
  async open(experiment: Experiment, cursor: Cursor): Promise<void> {
    const order = ++this.#orders;
    const patient = setTimeout(() => {
      if (order === this.#orders) this.#wait(true);
    }, patience);
    this.#opening = this.#create(experiment, () => order !== this.#orders).finally(() => {
      clearTimeout(patient);
      if (order === this.#orders) this.#wait(false);
    });
    await this.seek(cursor);
  }

  #wait(waiting: boolean): void {
    if (this.waiting === waiting) return;
    this.waiting = waiting;
    this.#onChange();
  }

  /** Puts a new session in the place of the old one, unless yet another was asked for meanwhile. */
  async #create(experiment: Experiment, outdated: () => boolean): Promise<void> {
    try {
      const session = await this.#engine.createSession(experiment);
      const watched = this.#watched;
      const frame = await this.#inspect(session, await session.frame());
      const columns = new HistoryBuffer(await session.history(), frame.steps);
      if (outdated()) return session.dispose();
      this.session?.dispose();
      this.session = session;
      this.#latest = frame;
      this.#whereabouts = "seen";
      this.#told = watched;
      this.#columns = columns;
      this.evaluations = [];
    } catch (failure) {
      if (!outdated()) this.#onFailure(failure);
    }
  }

  /** Has an element's updates told in the frames from now on, and the last one at once. */
  watch(watched: Watched): void {
    if (sameElement(watched, this.#watched)) return;
    this.#watched = watched;
    const { session } = this;
    const frame = this.#latest;
    if (session === null || frame === null) return;
    if (!this.playing && !this.#jumping) {
      return void this.#exclusively((stale) => this.#settle(stale));
    }
    // The frames to come tell of it, or else the one at which it comes to rest.
    this.#inspect(session, frame).catch((failure: unknown) => {
      if (session === this.session) this.#onFailure(failure);
    });
  }

  /** The frame with what is watched, or with the nearest to it that there is. */
  async #inspect(session: Session, frame: Frame): Promise<Frame> {
    const { run, parameter, element } = this.#watched;
    const parameters = frame.runs[run]?.parameters ?? [];
    const found = parameters.find(({ name }) => name === parameter) ?? parameters[0];
    if (found === undefined) return frame;
    return session.inspect(run, found.name, Math.min(element, found.value.length - 1));
  }

  play(): void {
    if (this.playing || this.frame === null) return;
    this.playing = true;
    this.#due = 1;
    this.#clock = performance.now();
    this.#onChange();
    if (this.frame.finished) void this.seek({ step: 0, instruction: 0 });
    this.#tick();
  }

  pause(): void {
    if (!this.playing) return;
    this.playing = false;
    this.#onChange();
    // A jump that is under way settles by itself.
    if (!this.#jumping) void this.#exclusively((stale) => this.#settle(stale));
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
      const { session } = this;
      const before = this.#latest;
      if (session === null || before === null) return;
      if (before.finished) return this.#settle(stale);
      // Both are asked for at once: a line that is stepped meanwhile comes after this one.
      const astray = this.#whereabouts === "elsewhere";
      const back = astray ? session.seek(before.iteration, before.instruction) : null;
      const forward = session.advanceInstruction();
      this.#whereabouts = "ahead";
      const [, after] = await Promise.all([back, forward]);
      await this.#show(after, stale, withMoment(this.moments, before, after));
      // The moment between this line and one that was stepped too fast to be shown.
      await this.#settle(stale);
    });
  }

  /** Goes anywhere, reached before or not. */
  async seek(cursor: Cursor): Promise<void> {
    await this.#exclusively((stale) => this.#goTo(cursor, stale));
  }

  /** Gives up a jump where it stands. */
  cancel(): void {
    this.playing = false;
    this.progress = null;
    void this.#exclusively((stale) => this.#settle(stale));
    this.#onChange();
  }

  destroy(): void {
    this.#generation++;
    this.#orders++;
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
      await this.#opening;
      if (!stale()) await task(stale);
    } catch (failure) {
      if (!stale()) this.#onFailure(failure);
    }
    if (stale()) return;
    this.#jumping = false;
    this.#clock = performance.now();
    this.progress = null;
    this.#onChange();
  }

  async #goTo(cursor: Cursor, stale: () => boolean): Promise<void> {
    const { session } = this;
    const from = this.#latest;
    if (session === null || from === null) return;
    const step = Math.max(0, Math.min(cursor.step, from.steps));
    const instruction = step === from.steps ? 0 : Math.min(cursor.instruction, this.lines - 1);
    const begun = performance.now();
    // From a known place: what was asked before may still have moved the session.
    this.#whereabouts = "elsewhere";
    let frame = await session.rewind(Math.min(step, from.furthest));
    if (stale()) return;
    while (frame.iteration < step && !frame.finished) {
      const before = performance.now();
      frame = await session.advance(
        upToEvaluation(session, frame, Math.min(step - frame.iteration, this.#slice)),
      );
      if (stale()) return;
      this.#adapt(performance.now() - before, sliceTime);
      await this.#evaluate(frame, stale);
      if (stale()) return;
      if (performance.now() - begun > patience) {
        this.progress = { at: frame.iteration, target: step };
        await this.#show(frame, stale);
        await nextFrame();
        if (stale()) return;
        this.#whereabouts = "elsewhere";
      }
    }
    for (let line = 0; line < instruction && !frame.finished; line++) {
      frame = await session.advanceInstruction();
      if (stale()) return;
    }
    await this.#show(frame, stale);
    if (!this.playing) await this.#settle(stale);
  }

  /** At rest the session is where it was seen last, and the lines of the iteration and what is watched are told. */
  async #settle(stale: () => boolean): Promise<void> {
    const { session } = this;
    const frame = this.#latest;
    if (session === null || frame === null || stale()) return;
    const { iteration, ran } = iterationAtHand(frame, this.lines);
    const known = ran === 0 || areMomentsOf(this.moments, iteration, ran);
    if (known && this.#whereabouts === "seen" && this.#told === this.#watched) return;
    this.#whereabouts = "elsewhere";
    const moments = known
      ? [...this.moments.slice(0, -1), await session.seek(frame.iteration, frame.instruction)]
      : await recall(session, iteration, ran, stale);
    if (moments === null || stale()) return;
    const watched = this.#watched;
    const latest = await this.#inspect(session, moments.at(-1)!);
    await this.#show(latest, stale, [...moments.slice(0, -1), latest]);
    if (stale()) return;
    this.#told = watched;
    if (watched !== this.#watched) await this.#settle(stale);
  }

  /** Shows a frame at which the session stands, together with what it added to the history. */
  async #show(frame: Frame, stale: () => boolean, moments = [frame] as readonly Frame[]) {
    const { session } = this;
    const columns = this.#columns;
    if (session === null || columns === null || stale()) return;
    if (frame.furthest >= columns.length || frame.instruction > 0) {
      const piece = await session.history(columns.next);
      if (stale()) return;
      columns.append(piece);
    }
    this.#whereabouts = "seen";
    this.#latest = frame;
    this.frame = frame;
    this.history = columns;
    this.moments = moments;
    await this.#evaluate(frame, stale);
    if (!stale()) this.#onChange();
  }

  /** Plays on with the next animation frame, and with every one after it. */
  #tick(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(async (now) => {
      await this.#playFrame(now);
      this.#scheduled = false;
      if (this.playing && !this.#suspended) this.#tick();
    });
  }

  async #playFrame(now: number): Promise<void> {
    const { session } = this;
    const frame = this.#latest;
    if (!this.playing || this.#suspended || this.#jumping) return;
    if (session === null || frame === null) return;
    if (frame.finished) return this.pause();
    const gained = (Math.max(0, now - this.#clock) / 1000) * Math.min(this.speed.rate, fastest);
    this.#due = Math.min(this.#due + gained, fastest);
    this.#clock = now;
    if (this.#due < 1) return;
    const generation = this.#generation;
    const stale = () => generation !== this.#generation || session !== this.session;
    try {
      await this.#playOn(session, frame, stale);
    } catch (failure) {
      // Another experiment was opened meanwhile: what the old session says is of no interest.
      if (stale()) return;
      this.playing = false;
      this.#onFailure(failure);
    }
  }

  async #playOn(session: Session, frame: Frame, stale: () => boolean): Promise<void> {
    this.#whereabouts = "ahead";
    if (this.speed.unit === "lines") {
      this.#due = Math.min(this.#due - 1, 1);
      const after = await session.advanceInstruction();
      return this.#show(after, stale, withMoment(this.moments, frame, after));
    }
    // A machine that cannot keep up plays slower; it does not fall behind.
    const count = Math.max(1, Math.min(Math.floor(this.#due), this.#slice));
    this.#due = Math.min(this.#due - count, this.speed.rate / 10);
    const before = performance.now();
    const next = await session.advance(upToEvaluation(session, frame, count));
    this.#adapt(performance.now() - before, frameTime);
    await this.#show(next, stale);
  }

  async #evaluate(frame: Frame, stale: () => boolean): Promise<void> {
    const { session } = this;
    if (session === null) return;
    const rows = await evaluated(session, frame, this.evaluations);
    if (rows !== null && !stale() && this.session === session) this.evaluations = rows;
  }

  #adapt(took: number, aim: number): void {
    const factor = Math.max(0.5, Math.min(2, aim / Math.max(took, 0.5)));
    this.#slice = Math.max(1, Math.min(100_000, Math.round(this.#slice * factor)));
  }
}

function nextFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}
