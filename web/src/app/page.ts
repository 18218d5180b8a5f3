// SPDX-License-Identifier: MIT
/** The page as one element: it owns the state and the player, and lays out header, view and transport. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { baseStyles } from "../components/base-styles.js";
import { defineElement } from "../components/define-element.js";
import { formatNumber } from "../components/numbers.js";
import type { Controls, Theme } from "../elements/mounted-view.js";
import { StepLabError } from "../engine/errors.js";
import type { Engine, Frame, Registry } from "../engine/types.js";
import type { Experiment } from "../experiment/experiment.generated.js";
import { currentDocument, type Cursor, type PageState } from "../state/page-state.js";
import { Doctor } from "../state/doctor.js";
import { withMatricesOnly } from "../state/matrices-only.js";
import { Pictures } from "../state/pictures.js";
import { Player } from "../state/player.js";
import { speeds } from "../state/speeds.js";
import { Store } from "../state/store.js";
import type { ViewContext } from "../views/context.js";
import { cardStyles } from "../views/card-styles.js";
import { loopStyles } from "../views/loop-styles.js";
import { loopView } from "../views/loop-view.js";
import { raceStyles } from "../views/race-styles.js";
import { raceView } from "../views/race-view.js";
import { settingsStyles } from "../views/settings-styles.js";
import { trainStyles } from "../views/train-styles.js";
import { trainView } from "../views/train-view.js";
import { Announcer } from "./announcer.js";
import { challengePanel, challengeSheet, challengeShown } from "./challenges.js";
import { header } from "./header.js";
import { keysSheet } from "./keys-sheet.js";
import { leadSentence } from "./lead.js";
import { pageStyles } from "./page-styles.js";
import { presetGallery } from "./preset-gallery.js";
import { shareSheet } from "./share-sheet.js";
import { sheetStyles } from "./sheet-styles.js";
import { commandOf, type Command } from "./shortcuts.js";
import { transportBar } from "./transport-bar.js";

export type SheetName = "presets" | "challenges" | "share" | "keys";

/** Called with every frame shown, at most once per animation frame. */
export type StepListener = (frame: Frame) => void;

/** How long the first picture has the wire and the processor to itself, in milliseconds. */
const settling = 1200;

const views = { loop: loopView, race: raceView, train: trainView } as const;

export class StepLabPage extends LitElement {
  static override properties = {
    controls: { type: String, reflect: true },
    view: { type: String, reflect: true },
    theme: { attribute: false },
    pinned: { type: Boolean, reflect: true },
    sheet: { state: true },
  };

  static override styles = [
    baseStyles,
    pageStyles,
    sheetStyles,
    settingsStyles,
    loopStyles,
    raceStyles,
    trainStyles,
    cardStyles,
  ];

  declare controls: Controls;
  declare view: string;
  declare theme: Theme;
  /** Keeps the transport in sight while the page scrolls. */
  declare pinned: boolean;
  declare sheet: SheetName | null;

  engine!: Engine;
  store!: Store;
  player!: Player;
  pictures!: Pictures;
  doctor!: Doctor;
  registry: Registry | null = null;
  /** Whether the doctor looks at a loop before anyone has changed it: its engine is large. */
  consults = false;
  /** Whether the experiment begins to play by itself. */
  autoplay = false;
  /** Where keys are listened to; the page itself by default, the document on the site. */
  keyScope: HTMLElement | Document = this;
  onStep: StepListener = () => {};
  onFailure: (error: StepLabError) => void = () => {};
  onTheme: (theme: Theme) => void = () => {};

  readonly #announcer = new Announcer(() => this.requestUpdate());
  #unsubscribe: () => void = () => {};
  #seen: Frame | null = null;
  #visible: IntersectionObserver | null = null;
  #onVisibility = () => this.#suspend();
  #onKey = (event: Event) => this.#press(event as KeyboardEvent);
  #inView = true;
  #settled = false;
  #settling: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    super();
    this.controls = "full";
    this.view = "loop";
    this.theme = "auto";
    this.pinned = false;
    this.sheet = null;
  }

  /** Builds the first session; resolves when there is something to draw. */
  async begin(engine: Engine, state: PageState): Promise<void> {
    this.engine = engine;
    this.store = new Store(state);
    this.view = state.view;
    const redraw = () => this.requestUpdate();
    this.player = new Player(
      engine,
      speeds[state.speed]!,
      () => this.#moved(),
      (failure) => this.#fail(failure),
    );
    this.pictures = new Pictures(engine, redraw);
    this.doctor = new Doctor(engine, redraw);
    this.#unsubscribe = this.store.subscribe((now, before) => this.#follow(now, before));
    const { experiment, cursor } = currentDocument(state);
    this.player.watch(state);
    const [registry] = await Promise.all([engine.registry(), this.player.open(experiment, cursor)]);
    this.registry = registry;
    await this.pictures.follow(this.player.session);
    this.requestUpdate();
    if (this.autoplay && cursor.step === 0 && state.notice === null) this.player.play();
    // The doctor's engine is large: the first picture does not share the wire with it.
    this.#settling = setTimeout(() => {
      this.#settled = true;
      this.#consult();
    }, settling);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.keyScope.addEventListener("keydown", this.#onKey);
    document.addEventListener("visibilitychange", this.#onVisibility);
    this.#visible = new IntersectionObserver((entries) => {
      this.#inView = entries.at(-1)!.isIntersecting;
      this.#suspend();
    });
    this.#visible.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.keyScope.removeEventListener("keydown", this.#onKey);
    document.removeEventListener("visibilitychange", this.#onVisibility);
    this.#visible?.disconnect();
  }

  /** Ends the session; the element is of no more use. */
  destroy(): void {
    this.#unsubscribe();
    this.#announcer.stop();
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.player?.destroy();
    this.doctor?.destroy();
    this.remove();
  }

  protected override render(): TemplateResult {
    const context = this.context;
    if (context === null) {
      return html`<p class="waiting" role="status">Loading the engine…</p>`;
    }
    const full = this.controls === "full";
    return html`<div class="page ${this.controls}">
      ${full ? header(this) : nothing} ${full ? this.#lead(context) : nothing}
      ${this.#notices(context)}
      <main class="view ${context.state.view}">${views[context.state.view](context)}</main>
      ${this.controls === "none" ? nothing : transportBar(context)}
      <div class="spoken" role="status" aria-live="polite">${this.#announcer.text}</div>
      ${this.#sheets(context)}
    </div>`;
  }

  protected override updated(changed: PropertyValues): void {
    this.#measure();
    if (changed.has("sheet") && this.sheet !== null) {
      const dialog = this.renderRoot.querySelector("dialog");
      if (dialog !== null && !dialog.open) dialog.showModal();
    }
  }

  /** Data are drawn with equal axes: tells the pictures the shape of their frame. */
  #measure(): void {
    const map = this.renderRoot.querySelector("step-lab-decision-map");
    const picture = map?.renderRoot.querySelector(".picture");
    if (picture) this.pictures.fit(picture.clientWidth / picture.clientHeight);
  }

  /** Everything that a view needs; null until the first session exists. */
  get context(): ViewContext | null {
    const { frame, history } = this.player ?? {};
    if (this.registry === null || !frame || !history) return null;
    const { state } = this.store;
    return {
      state,
      experiment: currentDocument(state).experiment,
      engine: this.engine,
      registry: this.registry,
      player: this.player,
      frame,
      history,
      pictures: this.pictures,
      doctor: this.doctor,
      controls: this.controls,
      dispatch: this.store.dispatch,
      edit: (experiment: Experiment, about?: string) =>
        this.store.dispatch({
          type: "edit",
          experiment,
          ...(about === undefined ? {} : { about }),
        }),
      announce: (text: string) => this.#announcer.say(text),
    };
  }

  /** What is being compared; or the story of a run that is to be mended. */
  #lead(context: ViewContext) {
    if (challengeShown(context)) return challengePanel(context);
    return html`<p class="lead">${leadSentence(context)}</p>`;
  }

  #notices({ state, dispatch, experiment, frame, edit, registry }: ViewContext) {
    if (state.notice === null) return nothing;
    const mended = withMatricesOnly(experiment, registry.optimizers, frame);
    return html`<p class="notice" role="alert">
      <span>${state.notice}</span>
      ${
        mended === null
          ? nothing
          : html`<button @click=${() => edit(mended.experiment)}>
              Give ${mended.optimizer} the weight matrices only
            </button>`
      }
      <button class="quiet" @click=${() => dispatch({ type: "notice", notice: null })}>
        Dismiss
      </button>
    </p>`;
  }

  /** From one sheet to another: a dialog is opened when its sheet is a new one. */
  #toChallenges(): void {
    this.renderRoot.querySelector("dialog")?.close();
    this.sheet = null;
    void this.updateComplete.then(() => (this.sheet = "challenges"));
  }

  #sheets(context: ViewContext) {
    const close = () => (this.sheet = null);
    switch (this.sheet) {
      case "presets":
        return presetGallery(context, close, () => this.#toChallenges());
      case "challenges":
        return challengeSheet(context, close);
      case "share":
        return shareSheet(context, close);
      case "keys":
        return keysSheet(close);
      case null:
        return nothing;
    }
  }

  /** The session moved: draws it, remembers where, and tells the host. */
  #moved(): void {
    const { frame, cursor } = this.player;
    if (frame !== null && frame !== this.#seen) {
      this.#seen = frame;
      this.store.dispatch({ type: "moved", cursor });
      this.onStep(frame);
      this.#tell(frame);
      void this.pictures.follow(this.player.session);
    }
    this.requestUpdate();
  }

  /** What those who only listen need to know: that a run stopped, or that it is over. */
  #tell(frame: Frame): void {
    const stopped = frame.runs.filter(({ status }) => status === "error" || status === "diverged");
    const news = stopped.map(({ label, status }) =>
      status === "error" ? `${label} raised an error` : `${label} diverged`,
    );
    if (frame.finished) {
      const losses = frame.runs
        .filter((run) => !stopped.includes(run))
        .map(({ label, loss }) => `${label} ends at loss ${formatNumber(loss)}`);
      this.#announcer.say([`Iteration ${frame.iteration}`, ...news, ...losses].join(". "));
    } else if (news.length > 0) {
      this.#announcer.say(news.join(". "));
    }
  }

  #follow(now: PageState, before: PageState): void {
    this.view = now.view;
    const { experiment, cursor } = currentDocument(now);
    const another = now.view !== before.view || now.opened !== before.opened;
    this.player.watch(now);
    // A preset that is opened again is the same object, at another place perhaps.
    if (another || experiment !== currentDocument(before).experiment) {
      void this.#reopen(experiment, cursor, another);
    }
    this.player.speed = speeds[now.speed]!;
    this.#consult();
    this.requestUpdate();
  }

  /** Has the doctor look at the loop that is shown. */
  #consult(): void {
    const { state } = this.store;
    if (!this.#settled || state.view !== "loop" || this.controls !== "full") return;
    if (!this.consults && state.past.length === 0) return;
    // Who is mending a run looks for the fault first.
    if (state.challenge !== null && !state.challenge.doctor) return this.doctor.hush();
    const { experiment } = currentDocument(state);
    this.doctor.follow(experiment, state.run);
  }

  /** An edit goes on where it was; another experiment begins to play where the page does so. */
  async #reopen(experiment: Experiment, cursor: Cursor, another: boolean): Promise<void> {
    if (another) this.player.pause();
    await this.player.open(experiment, cursor);
    await this.pictures.follow(this.player.session);
    this.requestUpdate();
    if (another && this.autoplay && cursor.step === 0) this.player.play();
  }

  #fail(failure: unknown): void {
    const error =
      failure instanceof StepLabError
        ? failure
        : new StepLabError({ code: "engine", path: "", message: String(failure), position: -1 });
    this.onFailure(error);
    this.store.dispatch({ type: "notice", notice: error.message });
  }

  #suspend(): void {
    this.player?.suspend(document.hidden || !this.#inView);
  }

  #press(event: KeyboardEvent): void {
    const command = commandOf(event);
    if (command === null || this.sheet !== null || this.context === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.#run(command);
  }

  #run(command: Command): void {
    const { player } = this;
    switch (command) {
      case "toggle":
        return player.toggle();
      case "forward":
        return void player.stepIterations(1);
      case "back":
        return void player.stepIterations(-1);
      case "forward_line":
        return void player.stepLine(1);
      case "back_line":
        return void player.stepLine(-1);
      case "start":
        return void player.stepIterations(-Infinity);
      case "end":
        return void player.stepIterations(Infinity);
      case "undo":
      case "redo":
        return this.store.dispatch({ type: command });
      case "keys":
        this.sheet = "keys";
    }
  }
}

defineElement("step-lab-page", StepLabPage);
