// SPDX-License-Identifier: MIT
/** How `<step-lab-surface-picture>` looks. */

import { css } from "lit";

export const surfacePictureStyles = css`
  :host {
    position: relative;
    min-height: 200px;
    transition: color 1ms;
  }
  .picture {
    position: absolute;
    inset: 0;
    overflow: hidden;
    border-radius: var(--step-lab-radius-large);
    touch-action: pan-y;
    cursor: crosshair;
  }
  canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }
  .start {
    position: absolute;
    left: -22px;
    top: -22px;
    width: 44px;
    height: 44px;
    border-radius: 50%;
    cursor: grab;
    touch-action: none;
  }
  .start::before {
    content: "";
    position: absolute;
    inset: 16px;
    border: 2px solid var(--step-lab-ink);
    border-radius: 50%;
    background: var(--step-lab-paper);
  }
  .start[data-still] {
    pointer-events: none;
  }
  .start:active {
    cursor: grabbing;
  }
  .start:hover::before {
    inset: 14px;
  }
  .start span {
    position: absolute;
    right: 32px;
    top: 4px;
    font-size: var(--step-lab-text-tiny);
    color: var(--step-lab-soft);
    pointer-events: none;
  }
  .start[data-flipped] span {
    right: auto;
    left: 32px;
  }
  .across,
  .down {
    position: absolute;
    background: var(--step-lab-ink);
    opacity: 0.25;
    pointer-events: none;
  }
  .across {
    left: 0;
    right: 0;
    height: 1px;
  }
  .down {
    top: 0;
    bottom: 0;
    width: 1px;
  }
  .reading {
    position: absolute;
    padding: 3px 8px;
    border-radius: var(--step-lab-radius);
    background: var(--step-lab-raised);
    font: var(--step-lab-text-tiny) / 1.4 var(--step-lab-mono);
    font-variant-numeric: tabular-nums;
    white-space: pre;
    pointer-events: none;
  }
  .empty {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    color: var(--step-lab-soft);
    font-size: var(--step-lab-text-small);
  }
`;
