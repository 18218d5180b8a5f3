// SPDX-License-Identifier: MIT
/** What every part shares: type, buttons, fields, focus and text for screen readers only. */

import { css } from "lit";

export const baseStyles = css`
  :host {
    display: block;
    font: var(--step-lab-text) / 1.45 var(--step-lab-sans);
    color: var(--step-lab-ink);
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-height: 32px;
    min-width: 32px;
    padding: 5px 12px;
    border: 1px solid var(--step-lab-line);
    border-radius: var(--step-lab-radius);
    background: none;
    color: inherit;
    font: inherit;
    font-size: 14px;
    line-height: 1.2;
    cursor: pointer;
  }
  button:hover:not(:disabled) {
    background: var(--step-lab-wash);
  }
  button:disabled {
    color: var(--step-lab-faint);
    cursor: default;
    opacity: 0.6;
  }
  button.primary {
    background: var(--step-lab-ink);
    border-color: var(--step-lab-ink);
    color: var(--step-lab-paper);
  }
  button.primary:hover:not(:disabled) {
    background: var(--step-lab-ink);
    opacity: 0.88;
  }
  button.quiet {
    border-color: transparent;
    color: var(--step-lab-soft);
  }
  input,
  select {
    font: inherit;
    font-size: 14px;
    color: inherit;
  }
  input[type="text"],
  select {
    min-height: 32px;
    padding: 4px 8px;
    border: 1px solid transparent;
    border-bottom-color: var(--step-lab-edge);
    border-radius: var(--step-lab-radius) var(--step-lab-radius) 0 0;
    background: var(--step-lab-wash);
    font-variant-numeric: tabular-nums;
  }
  input[type="text"][aria-invalid="true"] {
    border-bottom-color: var(--step-lab-bad);
  }
  input[type="range"],
  input[type="checkbox"] {
    accent-color: var(--step-lab-accent);
  }
  :focus-visible {
    outline: 2px solid var(--step-lab-accent);
    outline-offset: 2px;
  }
  summary {
    width: max-content;
    min-height: 24px;
    color: var(--step-lab-soft);
    font-size: var(--step-lab-text-small);
    cursor: pointer;
  }
  .spoken {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
