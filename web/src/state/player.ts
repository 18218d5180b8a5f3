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
import { nextFrame, Pace } from "./pace.js";
import { iterationsFrom, lineFrom, placeWithin, type Extent } from "./places.js";
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
  /** Where orders under way lead to, and whether they are lines stepped on from what was seen last. */
  #heading: { readonly place: Cursor; readonly byLines: boolean } | null = null;
  readonly #pace = new Pace();

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

  get #extent(): Extent {
    // A seek may lead into an experiment that is being opened.
    const known = this.#heading?.byLines !== false;
    return { lines: this.lines, steps: known ? (this.frame?.steps ?? Infinity) : Infinity };
  }

  /** Where the next order goes on from. */
  get #place(): Cursor {
    return this.#heading?.place ?? this.cursor;
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
    if (session === null || this.#latest === null) return;
    if (!this.playing && !this.#jumping) return this.#rest();
    // The frames to come tell of it, or else the one at which it comes to rest.
    this.#inspect(session, this.#latest).catch((failure: unknown) => {
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
    this.#pace.begin();
    this.#onChange();
    if (this.frame.finished) void this.seek({ step: 0, instruction: 0 });
    this.#tick();
  }

  pause(): void {
    if (!this.playing) return;
    this.playing = false;
    this.#onChange();
    // A jump that is under way settles by itself.
    if (!this.#jumping) this.#rest();
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Stands still while nobody can see it. */
  suspend(suspended: boolean): void {
    if (this.#suspended === suspended) return;
    this.#suspended = suspended;
    this.#pace.resume();
    if (!suspended && this.playing) this.#tick();
  }

  /** Forward or back by whole iterations, landing at the start of one. */
  async stepIterations(count: number): Promise<void> {
    this.pause();
    await this.seek(iterationsFrom(this.#place, count, this.#extent));
  }

  /** Forward or back by one line of the loop. */
  async stepLine(direction: 1 | -1): Promise<void> {
    this.pause();
    const place = lineFrom(this.#place, direction, this.#extent);
    if (direction === -1 || this.#heading?.byLines === false) return this.seek(place);
    this.#heading = { place, byLines: true };
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
      if (!stale()) this.#heading = null;
      // The moment between this line and one that was stepped too fast to be shown.
      await this.#settle(stale);
    });
  }

  /** Goes anywhere, reached before or not. */
  async seek(cursor: Cursor): Promise<void> {
    this.#heading = { place: cursor, byLines: false };
    await this.#exclusively((stale) => this.#goTo(cursor, stale));
  }

  /** Gives up a jump where it stands. */
  cancel(): void {
    this.playing = false;
    this.progress = null;
    this.#rest();
    this.#onChange();
  }

  /** Gives up whatever is under way, and stays at what was seen last. */
  #rest(): void {
    this.#heading = null;
    void this.#exclusively((stale) => this.#settle(stale));
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
    this.#heading = null;
    this.#pace.resume();
    this.progress = null;
    this.#onChange();
  }

  async #goTo(cursor: Cursor, stale: () => boolean): Promise<void> {
    const { session } = this;
    const from = this.#latest;
    if (session === null || from === null) return;
    const place = placeWithin(cursor, { lines: this.lines, steps: from.steps });
    this.#heading = { place, byLines: false };
    const { step, instruction } = place;
    const begun = performance.now();
    // From a known place: what was asked before may still have moved the session.
    this.#whereabouts = "elsewhere";
    let frame = await session.rewind(Math.min(step, from.furthest));
    if (stale()) return;
    while (frame.iteration < step && !frame.finished) {
      const before = performance.now();
      frame = await session.advance(
        upToEvaluation(session, frame, Math.min(step - frame.iteration, this.#pace.slice)),
      );
      if (stale()) return;
      this.#pace.adapt(performance.now() - before, sliceTime);
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
    if (!stale()) this.#heading = null;
    if (!this.playing) await this.#settle(stale);
  }

  /** At rest the session is where it was seen last, and the lines of the iteration and what is watched are told. */
  async #settle(stale: () => boolean): Promise<void> {
    const { session } = this;
    const frame = this.#latest;
    if (session === null || frame === null || stale()) return;
    const { iteration, ran } = iterationAtHand(frame, this.lines);
    const known = ran === 0 || areMomentsOf(this.moments, iteration, ran);
    const isShown = this.frame === frame && this.#told === this.#watched;
    if (known && isShown && this.#whereabouts === "seen") return;
    this.#whereabouts = "elsewhere";
    const moments = known
      ? [...this.moments.slice(0, ran), await session.seek(frame.iteration, frame.instruction)]
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
    if (!this.#pace.isDue(now, this.speed)) return;
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
      this.#pace.takeLine();
      const after = await session.advanceInstruction();
      return this.#show(after, stale, withMoment(this.moments, frame, after));
    }
    const count = this.#pace.takeIterations(this.speed);
    const before = performance.now();
    const next = await session.advance(upToEvaluation(session, frame, count));
    this.#pace.adapt(performance.now() - before, frameTime);
    await this.#show(next, stale);
  }

  async #evaluate(frame: Frame, stale: () => boolean): Promise<void> {
    const { session } = this;
    if (session === null) return;
    const rows = await evaluated(session, frame, this.evaluations);
    if (rows !== null && !stale() && this.session === session) this.evaluations = rows;
  }
}
