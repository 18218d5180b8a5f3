// SPDX-License-Identifier: MIT
/** One hyper-parameter: its name, its slider, its field, and the way back to the default. */

import { css } from "lit";

export const hyperControlStyles = css`
  .row {
    display: grid;
    grid-template-columns: minmax(72px, 1fr) minmax(48px, 1.4fr) auto 28px;
    align-items: center;
    gap: 2px var(--step-lab-space-3);
  }
  label,
  .name {
    font: 14px var(--step-lab-mono);
    overflow-wrap: anywhere;
  }
  .track {
    position: relative;
    display: grid;
    align-items: center;
    min-height: 28px;
  }
  .track input {
    width: 100%;
    height: 28px;
    margin: 0;
    cursor: pointer;
  }
  .default {
    position: absolute;
    top: 20px;
    width: 1px;
    height: 6px;
    background: var(--step-lab-edge);
    pointer-events: none;
  }
  .fields {
    grid-column: 3;
    display: flex;
    gap: var(--step-lab-space-1);
  }
  .fields.pair {
    grid-column: 2 / 4;
    justify-self: end;
  }
  .fields input[type="text"] {
    width: 84px;
    text-align: right;
    font: 14px var(--step-lab-mono);
  }
  .switch {
    grid-column: 2 / 4;
    justify-self: end;
    display: flex;
    align-items: center;
    gap: var(--step-lab-space-2);
    min-height: 32px;
    font-size: 14px;
    cursor: pointer;
  }
  .switch input {
    position: relative;
    width: 40px;
    height: 24px;
    margin: 0;
    appearance: none;
    border: 1px solid var(--step-lab-edge);
    border-radius: 12px;
    background: var(--step-lab-wash);
    cursor: pointer;
  }
  .switch input::before {
    content: "";
    position: absolute;
    top: 3px;
    left: 3px;
    width: 16px;
    height: 16px;
    border-radius: 50%;
    background: var(--step-lab-soft);
  }
  .switch input:checked {
    border-color: var(--step-lab-accent);
    background: var(--step-lab-accent);
  }
  .switch input:checked::before {
    left: 19px;
    background: var(--step-lab-paper);
  }
  .choice {
    grid-column: 2 / 4;
    justify-self: end;
  }
  .wide {
    grid-column: 2 / 4;
    width: 100%;
    font: 14px var(--step-lab-mono);
  }
  .reset {
    grid-column: 4;
    min-width: 28px;
    min-height: 28px;
    padding: 0;
  }
  .reset svg {
    width: 14px;
    height: 14px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.6;
  }
  p {
    grid-column: 1 / -1;
    margin: 0;
    font-size: var(--step-lab-text-tiny);
    color: var(--step-lab-soft);
  }
  p.wrong {
    color: var(--step-lab-bad);
  }
  p:empty {
    display: none;
  }
`;
