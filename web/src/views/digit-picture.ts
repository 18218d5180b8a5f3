// SPDX-License-Identifier: MIT
/** `<step-lab-digit-picture>`: a small grey image in the page's ink. */

import { css, html, LitElement, svg, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { defineElement } from "../components/define-element.js";

/** Fainter pixels are paper. */
const faintest = 0.06;

export class DigitPicture extends LitElement {
  static override styles = css`
    :host {
      display: block;
    }
    svg {
      display: block;
      width: 100%;
      fill: currentColor;
    }
  `;

  /** Row-major, 0 is paper and 1 is ink; as many rows as columns. */
  @property({ attribute: false, hasChanged: differs }) pixels: Float32Array = new Float32Array();

  protected override render(): TemplateResult {
    const side = Math.round(Math.sqrt(this.pixels.length));
    const inked = Array.from(this.pixels.keys()).filter((k) => this.pixels[k]! > faintest);
    return html`<svg viewBox="0 0 ${side} ${side}" aria-hidden="true" shape-rendering="crispEdges">
      ${inked.map(
        (k) =>
          svg`<rect x=${k % side} y=${Math.floor(k / side)} width="1" height="1"
            opacity=${this.pixels[k]!.toFixed(2)} />`,
      )}
    </svg>`;
  }
}

// Views cut the same image out of the data at every frame; it is the same while its pixels are.
function differs(now: Float32Array, before: Float32Array | undefined): boolean {
  return (
    before === undefined ||
    now.buffer !== before.buffer ||
    now.byteOffset !== before.byteOffset ||
    now.length !== before.length
  );
}

defineElement("step-lab-digit-picture", DigitPicture);
