// SPDX-License-Identifier: MIT
/**
 * `<step-lab>`: an experiment in any page.
 *
 *     <script type="module" src="…/embed/step-lab.js"></script>
 *     <step-lab view="race" experiment='{"version": 1, …}'>What readers without scripts see.</step-lab>
 *
 * | attribute    | value                                                                            |
 * | ------------ | -------------------------------------------------------------------------------- |
 * | `experiment` | the document as JSON, or its code from a link (what follows `x=`)                |
 * | `src`        | address of the document, where there is no `experiment`                          |
 * | `view`       | `loop`, `race` (default) or `train`                                              |
 * | `controls`   | `full` (default), `basic` (the transport) or `none`                              |
 * | `theme`      | `auto` (default: the reader's), `light` or `dark`                                |
 * | `step`       | the step to show first                                                           |
 *
 * Every attribute is a property too; `experiment` as a property is the document itself. Methods:
 * `advance(iterations)`, `rewind(step)`; `ready` is a promise. Events, which bubble: `step-lab-ready`,
 * `step-lab-step`, `step-lab-verdict`, `step-lab-error`. Colours and type are the custom properties
 * `--step-lab-…` of `components/tokens.ts`; the height is the element's own, as of any block.
 *
 * Nothing is loaded before the element comes near the screen; the elements of a page share one
 * worker; one that is taken out of the page frees its session.
 */

import { StepLabError } from "../engine/errors.js";
import type { Engine, Experiment, Frame, RunStatus } from "../engine/types.js";
import { VIEWS, type ViewName } from "../experiment/link.js";
import { readDocument } from "./document-source.js";
import { facadeStyles } from "./facade-styles.js";
import type { Controls, MountedView, Theme } from "./mounted-view.js";

export type { Controls, Theme, ViewName };

const CONTROLS = ["full", "basic", "none"] as const;
const THEMES = ["auto", "light", "dark"] as const;

/** What `step-lab-step` tells. */
export interface StepDetail {
  readonly iteration: number;
  readonly instruction: number;
  readonly finished: boolean;
  readonly runs: readonly {
    readonly label: string;
    readonly status: RunStatus;
    readonly loss: number | null;
  }[];
}

/** What `step-lab-verdict` tells of a loop, once the doctor judges it. */
export interface VerdictDetail {
  readonly verdict: "equivalent" | "different" | "error";
}

export interface StepLabEventMap {
  "step-lab-ready": CustomEvent<{ readonly experiment: Experiment }>;
  "step-lab-step": CustomEvent<StepDetail>;
  "step-lab-verdict": CustomEvent<VerdictDetail>;
  "step-lab-error": CustomEvent<StepLabError>;
}

declare global {
  interface HTMLElementTagNameMap {
    "step-lab": StepLabElement;
  }
  interface GlobalEventHandlersEventMap extends StepLabEventMap {}
}

// Static site generators import this module where there is no document.
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

export class StepLabElement extends Base {
  static readonly observedAttributes = ["experiment", "src", "view", "controls", "theme"];

  #given: Experiment | null = null;
  #root: ShadowRoot | null = null;
  #message: HTMLElement | null = null;
  #observer: IntersectionObserver | null = null;
  #engine: Engine | null = null;
  #mounted: MountedView | null = null;
  /** Counts what was begun, so that an answer that comes too late is known. */
  #attempt = 0;
  #active = false;
  #ready = deferred<MountedView>();

  /** Resolves when the experiment is on the screen; rejects with a StepLabError. */
  get ready(): Promise<void> {
    return this.#ready.promise.then(() => undefined);
  }

  /** The experiment as the reader has changed it; null before it is read. */
  get experiment(): Experiment | null {
    return this.#mounted?.experiment ?? this.#given;
  }
  set experiment(experiment: Experiment | null) {
    this.#given = experiment;
    this.#restart();
  }

  get src(): string {
    return this.getAttribute("src") ?? "";
  }
  set src(src: string) {
    this.setAttribute("src", src);
  }

  get view(): ViewName {
    return oneOf(VIEWS, this.getAttribute("view"), "race");
  }
  set view(view: ViewName) {
    this.setAttribute("view", view);
  }

  get controls(): Controls {
    return oneOf(CONTROLS, this.getAttribute("controls"), "full");
  }
  set controls(controls: Controls) {
    this.setAttribute("controls", controls);
  }

  get theme(): Theme {
    return oneOf(THEMES, this.getAttribute("theme"), "auto");
  }
  set theme(theme: Theme) {
    this.setAttribute("theme", theme);
  }

  get step(): number {
    return Number.parseInt(this.getAttribute("step") ?? "", 10) || 0;
  }
  set step(step: number) {
    this.setAttribute("step", String(step));
  }

  /** Runs up to `iterations` more; starts the element if it is not on the screen yet. */
  async advance(iterations: number): Promise<Frame> {
    return (await this.#started()).advance(iterations);
  }

  /** Goes to a step that was reached before. */
  async rewind(step: number): Promise<Frame> {
    return (await this.#started()).rewind(step);
  }

  connectedCallback(): void {
    this.#upgrade("experiment");
    this.#build();
    this.#observer ??= new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void this.#activate();
      },
      { rootMargin: "200px" },
    );
    this.#observer.observe(this);
  }

  disconnectedCallback(): void {
    // An element that is only moved is back before this runs.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#ready.reject(StepLabError.of("disposed", "This <step-lab> left its document."));
      this.#deactivate();
    });
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after) return;
    if (name === "theme") this.#mounted?.setTheme(this.theme);
    else if (name === "experiment" || name === "src") this.experiment = null;
    else this.#remount();
  }

  /** A property that was set before the element was defined shadows the accessor; put it through. */
  #upgrade(name: "experiment"): void {
    if (!Object.hasOwn(this, name)) return;
    const value = this[name];
    Reflect.deleteProperty(this, name);
    this[name] = value;
  }

  #build(): void {
    if (this.#root) return;
    this.#root = this.attachShadow({ mode: "open" });
    this.#root.adoptedStyleSheets = [facadeStyles()];
    this.#message = document.createElement("p");
    this.#message.part.add("message");
    this.#message.setAttribute("role", "alert");
    this.#message.hidden = true;
    this.#root.append(this.#message, document.createElement("slot"));
  }

  async #started(): Promise<MountedView> {
    if (!this.isConnected) {
      throw StepLabError.of("disposed", "This <step-lab> is not in a document.");
    }
    void this.#activate();
    return this.#ready.promise;
  }

  /** Shows what the reader has made of the experiment in another way. */
  #remount(): void {
    this.#given = this.experiment;
    this.#restart();
  }

  #restart(): void {
    if (!this.#active) return;
    this.#deactivate();
    if (this.isConnected) void this.#activate();
  }

  async #activate(): Promise<void> {
    if (this.#active || !this.#root) return;
    this.#active = true;
    this.#observer?.disconnect();
    const attempt = ++this.#attempt;
    const abandoned = () => attempt !== this.#attempt;
    try {
      const [experiment, { createEngine }, { mount }] = await Promise.all([
        this.#given ?? readDocument(this.getAttribute("experiment"), this.getAttribute("src")),
        import("../engine/engine.js"),
        import("../app/mount.js"),
      ]);
      if (abandoned()) return;
      this.#given = experiment;
      const engine = await createEngine();
      if (abandoned()) return engine.dispose();
      this.#engine = engine;
      // Before the view takes the place of the children: they stay where there is nothing to show.
      const fault = await engine.checkExperiment(experiment);
      if (abandoned()) return;
      if (fault) throw new StepLabError(fault);
      const mounted = await mount({
        root: this.#root,
        engine,
        experiment,
        view: this.view,
        controls: this.controls,
        theme: this.theme,
        step: this.step,
        onStep: (frame) => this.#tell("step-lab-step", stepDetail(frame)),
        onError: (error) => this.#tell("step-lab-error", error),
      });
      if (abandoned()) return mounted.destroy();
      this.#mounted = mounted;
      this.toggleAttribute("data-live", true);
      this.#ready.resolve(mounted);
      this.#tell("step-lab-ready", { experiment });
    } catch (thrown) {
      if (!abandoned()) this.#fail(StepLabError.from(thrown));
    }
  }

  #deactivate(): void {
    this.#attempt++;
    this.#active = false;
    this.#observer?.disconnect();
    this.#mounted?.destroy();
    this.#mounted = null;
    this.#engine?.dispose();
    this.#engine = null;
    this.toggleAttribute("data-live", false);
    if (this.#message) this.#message.hidden = true;
    if (this.#ready.settled) this.#ready = deferred();
  }

  #fail(error: StepLabError): void {
    this.#engine?.dispose();
    this.#engine = null;
    if (this.#message) {
      this.#message.textContent = error.path ? `${error.path}: ${error.message}` : error.message;
      this.#message.hidden = false;
    }
    this.#ready.reject(error);
    this.#tell("step-lab-error", error);
  }

  #tell<K extends keyof StepLabEventMap>(name: K, detail: StepLabEventMap[K]["detail"]): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

function stepDetail({ iteration, instruction, finished, runs }: Frame): StepDetail {
  return {
    iteration,
    instruction,
    finished,
    runs: runs.map(({ label, status, loss }) => ({ label, status, loss })),
  };
}

function oneOf<T extends string>(values: readonly T[], value: string | null, fallback: T): T {
  return values.find((known) => known === value) ?? fallback;
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly settled: boolean;
  resolve(value: T): void;
  reject(reason: StepLabError): void;
}

function deferred<T>(): Deferred<T> {
  let settle: { resolve: (value: T) => void; reject: (reason: StepLabError) => void } | null = null;
  const promise = new Promise<T>((resolve, reject) => (settle = { resolve, reject }));
  // Nobody has to ask for `ready`; the event and the message tell of a failure too.
  promise.catch(() => null);
  return {
    promise,
    get settled() {
      return settle === null;
    },
    resolve(value) {
      settle?.resolve(value);
      settle = null;
    },
    reject(reason) {
      settle?.reject(reason);
      settle = null;
    },
  };
}

if (globalThis.customElements && !customElements.get("step-lab")) {
  customElements.define("step-lab", StepLabElement);
}
