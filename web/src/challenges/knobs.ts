// SPDX-License-Identifier: MIT
/** What a challenge lets one change beside loop and optimizer, which have their places in the Loop view. */

import { html, type TemplateResult } from "lit";
import { parseNumber } from "../components/numbers.js";
import type { Registry } from "../engine/types.js";
import type { Experiment, Model, Task } from "../experiment/experiment.generated.js";
import { labelOf, withRun, withTask } from "../state/edits.js";
import { hyperControls } from "../views/hyper-controls.js";
import type { Challenge, Part } from "./challenge.js";

export interface KnobContext {
  readonly challenge: Challenge;
  readonly experiment: Experiment;
  readonly registry: Registry;
  readonly edit: (experiment: Experiment, about?: string) => void;
}

export function knobs(context: KnobContext): readonly TemplateResult[] {
  return context.challenge.mayChange.flatMap((part) => knob(part, context) ?? []);
}

function knob(part: Part, context: KnobContext): TemplateResult | null {
  const { experiment, edit } = context;
  const { problem } = experiment;
  if (part === "schedule") return schedule(context);
  if (problem.kind !== "task") return null;
  const model = problem.model ?? {};
  const data = problem.data;
  const change = (next: Partial<Task>) => edit(withTask(experiment, next));
  switch (part) {
    case "loss function":
      return choice("loss function", losses, problem.loss ?? "cross_entropy", (loss) =>
        change({ loss }),
      );
    case "labels":
      return html`<label class="knob check"
        ><input
          type="checkbox"
          .checked=${data.shuffle_labels ?? false}
          @change=${(event: Event) =>
            change({
              data: { ...data, shuffle_labels: (event.target as HTMLInputElement).checked },
            })}
        />shuffle the labels while loading</label
      >`;
    case "feature scale":
      return data.name === "digits"
        ? null
        : scale(data.scale ?? 1, (value) => change({ data: { ...data, scale: value } }));
    case "activation":
      return choice("activation", activations, model.activation ?? "relu", (activation) =>
        change({ model: { ...model, activation } }),
      );
    case "initialisation":
      return choice("all weights start from", inits, model.init ?? "pytorch", (init) =>
        change({ model: { ...model, init } }),
      );
    default:
      return null;
  }
}

function schedule({ challenge, experiment, registry, edit }: KnobContext): TemplateResult | null {
  const label = labelOf(challenge.experiment.runs[0]!);
  const index = experiment.runs.findIndex((run) => labelOf(run) === label);
  const scheduler = experiment.runs[index]?.scheduler;
  if (scheduler === undefined || !("name" in scheduler)) return null;
  const info = registry.schedulers.find(({ name }) => name === scheduler.name);
  if (info === undefined) return null;
  return html`<div class="knob schedule" role="group" aria-label=${`Options of ${info.name}`}>
    <code>scheduler = ${info.name}(optimizer, …)</code>
    ${hyperControls(info.hyper_parameters, scheduler as { readonly name: string }, (next) =>
      edit(
        withRun(experiment, index, {
          ...experiment.runs[index]!,
          scheduler: next as NonNullable<typeof scheduler>,
        }),
        "schedule",
      ),
    )}
  </div>`;
}

type Choice<Value extends string> = readonly (readonly [Value, string])[];

const losses: Choice<NonNullable<Task["loss"]>> = [
  ["cross_entropy", "CrossEntropyLoss of the scores"],
  ["cross_entropy_of_softmax", "CrossEntropyLoss of the softmax"],
  ["mse", "MSELoss"],
];
const activations: Choice<NonNullable<Model["activation"]>> = [
  ["relu", "ReLU"],
  ["tanh", "tanh"],
  ["sigmoid", "sigmoid"],
  ["identity", "none (linear)"],
];
const inits: Choice<NonNullable<Model["init"]>> = [
  ["pytorch", "PyTorch’s random numbers"],
  ["zeros", "0"],
  ["ones", "1"],
];

function choice<Value extends string>(
  name: string,
  options: Choice<Value>,
  value: Value,
  change: (value: Value) => void,
): TemplateResult {
  const chosen = (event: Event) => {
    const wanted = (event.target as HTMLSelectElement).value;
    const found = options.find(([each]) => each === wanted);
    if (found !== undefined) change(found[0]);
  };
  return html`<label class="knob"
    ><span>${name}</span>
    <select @change=${chosen}>
      ${options.map(
        ([each, title]) =>
          html`<option value=${each} ?selected=${each === value}>${title}</option>`,
      )}
    </select>
  </label>`;
}

/** The schema's limit. */
const largest = 1_000_000;

function scale(value: number, change: (value: number) => void): TemplateResult {
  const typed = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const number = parseNumber(input.value);
    const good = number !== null && Math.abs(number) <= largest;
    input.setAttribute("aria-invalid", String(!good));
    input.title = good ? "" : `A number from −${largest} to ${largest}`;
    if (good) change(number);
  };
  return html`<label class="knob"
    ><span>second feature times</span>
    <input type="text" inputmode="decimal" .value=${String(value)} @change=${typed} />
  </label>`;
}
