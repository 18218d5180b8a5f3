// SPDX-License-Identifier: MIT
/** Test images that the model never learned from, each with what the model takes it for. */

import { html, nothing, type TemplateResult } from "lit";
import { labelOf } from "../state/edits.js";
import type { DatasetFrame } from "../engine/types.js";
import type { ViewContext } from "./context.js";
import "./digit-picture.js";
import { predict } from "./predict.js";

const shown = 80;

export function digitSheet(
  context: ViewContext,
  dataset: DatasetFrame,
  index: number,
): TemplateResult {
  const { experiment, frame } = context;
  const { problem } = experiment;
  const run = frame.runs[index] ?? frame.runs[0];
  if (problem.kind !== "task" || run === undefined) return html``;
  const { features, testX, testLabels } = dataset;
  const count = Math.min(shown, testLabels.length);
  const activation = problem.model?.activation ?? "relu";
  const images = testX.subarray(0, count * features);
  const guesses = predict(run.parameters, activation, images, features);
  const right = guesses.filter((guess, k) => guess === testLabels[k]).length;
  const label = labelOf(experiment.runs[index] ?? experiment.runs[0]!);
  return html`
    <ul
      class="digits"
      tabindex="0"
      aria-label="${count} test images and what ${label} takes them for"
    >
      ${guesses.map((guess, k) => {
        const truth = testLabels[k]!;
        const wrong = guess !== truth;
        return html`<li class=${wrong ? "wrong" : ""}>
          <step-lab-digit-picture
            .pixels=${images.subarray(k * features, (k + 1) * features)}
          ></step-lab-digit-picture>
          <span
            >${wrong ? html`<s>${guess}</s> ` : nothing}${truth}<span class="spoken"
              >${wrong ? `, taken for ${guess}` : ", right"}</span
            ></span
          >
        </li>`;
      })}
    </ul>
    <figcaption>
      <span
        >${count} images of the test set: ${right} right, ${count - right} taken for
        <s>another digit</s>.</span
      >
    </figcaption>
  `;
}
