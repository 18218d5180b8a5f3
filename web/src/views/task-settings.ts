// SPDX-License-Identifier: MIT
/** A task's settings: which data, which model, which loss. */

import { html, nothing, type TemplateResult } from "lit";
import { parseNumber } from "../components/numbers.js";
import type { Data, Model, Task, ToyData } from "../experiment/experiment.generated.js";
import { withTask } from "../state/edits.js";
import type { ViewContext } from "./context.js";
import { wholeField } from "./fields.js";

type Choice<Value extends string> = readonly (readonly [Value, string])[];

const dataSets: Choice<Data["name"]> = [
  ["moons", "Two moons"],
  ["circles", "Circles"],
  ["spirals", "Spirals"],
  ["blobs", "Blobs"],
  ["digits", "Handwritten digits"],
];
const activations: Choice<NonNullable<Model["activation"]>> = [
  ["relu", "ReLU"],
  ["tanh", "tanh"],
  ["sigmoid", "sigmoid"],
  ["identity", "none (linear)"],
];
const losses: Choice<NonNullable<Task["loss"]>> = [
  ["cross_entropy", "cross-entropy"],
  ["mse", "mean squared error"],
];

/** The schema's limits. */
const mostLayers = 8;
const mostUnits = 1024;

export function taskSettings(context: ViewContext): TemplateResult {
  const { experiment, edit } = context;
  const { problem } = experiment;
  if (problem.kind !== "task") return html``;
  const change = (part: Partial<Task>, about?: string) => edit(withTask(experiment, part), about);
  const model = problem.model ?? {};
  return html`
    ${choice("data", dataSets, problem.data.name, (name) =>
      change({ data: name === "digits" ? { name } : { ...toyOptions(problem.data), name } }),
    )}
    ${problem.data.name === "digits" ? nothing : toySettings(problem.data, change)}
    ${layers(model, (hidden) => change({ model: { ...model, hidden: [...hidden] } }))}
    <div class="pair">
      ${choice("activation", activations, model.activation ?? "relu", (activation) =>
        change({ model: { ...model, activation } }),
      )}
      ${choice("loss", losses, problem.loss ?? "cross_entropy", (loss) => change({ loss }))}
    </div>
    <div class="pair">
      ${wholeField("batch size", problem.batch_size ?? 32, 1, 4096, (batch_size) =>
        change({ batch_size }),
      )}
    </div>
  `;
}

function toyOptions(data: Data): Partial<ToyData> {
  if (data.name === "digits") return {};
  const { name: _, ...options } = data;
  return options;
}

function toySettings(
  data: ToyData,
  change: (part: Partial<Task>, about?: string) => void,
): TemplateResult {
  const noise = data.noise ?? 0.1;
  const setNoise = (value: number) => change({ data: { ...data, noise: value } }, "noise");
  return html`
    <div class="field slider">
      <span aria-hidden="true">noise</span>
      <input
        type="range"
        min="0"
        max="0.5"
        step="0.01"
        aria-label="noise, slider"
        .value=${String(noise)}
        @input=${(event: Event) => setNoise(Number((event.target as HTMLInputElement).value))}
      />
      <input
        type="text"
        inputmode="decimal"
        aria-label="noise"
        .value=${String(noise)}
        @change=${(event: Event) => {
          const input = event.target as HTMLInputElement;
          const value = parseNumber(input.value);
          const good = value !== null && value >= 0 && value <= 2;
          input.setAttribute("aria-invalid", String(!good));
          if (good) setNoise(value);
        }}
      />
    </div>
    <div class="pair">
      ${wholeField("samples", data.samples ?? 500, 10, 10_000, (samples) =>
        change({ data: { ...data, samples } }),
      )}
      ${wholeField("data seed", data.seed ?? 0, 0, Number.MAX_SAFE_INTEGER, (seed) =>
        change({ data: { ...data, seed } }),
      )}
    </div>
  `;
}

function layers(
  { hidden = [] }: Model,
  change: (hidden: readonly number[]) => void,
): TemplateResult {
  return html`<fieldset class="layers">
    <legend>hidden layers</legend>
    <div class="widths">
      ${hidden.map(
        (width, index) =>
          html`<span class="layer">
            <input
              type="text"
              inputmode="numeric"
              aria-label="Units of hidden layer ${index + 1}"
              .value=${String(width)}
              @change=${(event: Event) => {
                const input = event.target as HTMLInputElement;
                const units = parseNumber(input.value);
                const good =
                  units !== null && Number.isInteger(units) && units >= 1 && units <= mostUnits;
                input.setAttribute("aria-invalid", String(!good));
                if (good) change(hidden.map((old, k) => (k === index ? units : old)));
              }}
            />
            <button
              class="quiet"
              aria-label="Remove hidden layer ${index + 1}"
              @click=${() => change(hidden.filter((_, k) => k !== index))}
            >
              ×
            </button>
          </span>`,
      )}
      <button
        class="quiet"
        aria-label="Add a hidden layer"
        ?disabled=${hidden.length >= mostLayers}
        @click=${() => change([...hidden, hidden.at(-1) ?? 16])}
      >
        + layer
      </button>
    </div>
  </fieldset>`;
}

function choice<Value extends string>(
  label: string,
  options: Choice<Value>,
  value: Value,
  change: (value: Value) => void,
): TemplateResult {
  return html`<label class="field"
    ><span>${label}</span>
    <select
      aria-label=${label}
      @change=${(event: Event) => {
        const chosen = (event.target as HTMLSelectElement).value;
        const found = options.find(([name]) => name === chosen);
        if (found !== undefined) change(found[0]);
      }}
    >
      ${options.map(
        ([name, title]) =>
          html`<option value=${name} ?selected=${name === value}>${title}</option>`,
      )}
    </select>
  </label>`;
}
