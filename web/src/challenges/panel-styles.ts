// SPDX-License-Identifier: MIT
/** The panel of a challenge: story, goal and what to do, side by side where there is room. */

import { css } from "lit";

export const panelStyles = css`
  :host {
    margin: 2px 18px 14px;
    container-type: inline-size;
  }
  section {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 14px 34px;
    padding: 14px 18px 16px;
    border-radius: var(--step-lab-radius-large);
    background: var(--step-lab-wash);
  }
  .kicker {
    margin: 0 0 2px;
    font-size: 13px;
    color: var(--step-lab-soft);
  }
  .kicker .mended {
    color: var(--step-lab-good);
    font-weight: 600;
  }
  h2 {
    margin: 0;
    font: 600 20px/1.25 var(--step-lab-serif);
    letter-spacing: -0.01em;
    text-wrap: balance;
  }
  h2:focus-visible {
    outline-offset: 4px;
    border-radius: 2px;
  }
  h3 {
    margin: 0 0 6px;
    font: 600 12px/1.2 var(--step-lab-sans);
    letter-spacing: 0.02em;
    color: var(--step-lab-soft);
  }
  .story {
    margin: 4px 0 0;
    font: 400 15.5px/1.45 var(--step-lab-serif);
    text-wrap: pretty;
  }
  .hints {
    display: grid;
    gap: 4px;
    margin: 8px 0 0;
    padding: 0 0 0 20px;
    font-size: 14px;
    line-height: 1.4;
  }
  .hints li::marker {
    color: var(--step-lab-soft);
    font-variant-numeric: tabular-nums;
  }
  .more {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 12px;
    margin-top: 6px;
    font-size: 13px;
    color: var(--step-lab-soft);
  }
  button {
    min-height: 30px;
    padding: 4px 10px;
  }
  button.quiet {
    margin-left: -8px;
    padding: 4px 8px;
    font-size: 13px;
  }
  button.quiet:hover:not(:disabled) {
    background: var(--step-lab-paper);
  }
  .goals {
    display: grid;
    gap: 5px;
    margin: 0;
    padding: 0;
    list-style: none;
    font-size: 14px;
    line-height: 1.35;
  }
  .goals li {
    display: grid;
    grid-template-columns: 22px minmax(0, 1fr);
  }
  .sign {
    font: 600 14px/1.3 var(--step-lab-sans);
    color: var(--step-lab-soft);
  }
  .met .sign {
    color: var(--step-lab-good);
  }
  .unmet .sign {
    color: var(--step-lab-warn);
  }
  .found {
    display: block;
    font-size: 13px;
    font-variant-numeric: tabular-nums;
    color: var(--step-lab-soft);
  }
  .may {
    margin: 0;
    font-size: 14px;
    line-height: 1.35;
  }
  .may::first-letter {
    text-transform: uppercase;
  }
  .knob {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 10px;
    margin-top: 8px;
    font-size: 14px;
  }
  .knob.check {
    gap: 8px;
  }
  .knob select,
  .knob input[type="text"] {
    min-height: 30px;
    background: var(--step-lab-paper);
  }
  .knob input[type="text"] {
    width: 96px;
  }
  .schedule {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
  }
  .schedule code {
    font: 13px/1.4 var(--step-lab-mono);
  }
  .hyper {
    display: grid;
    gap: 4px;
  }
  .result {
    min-height: 1.4em;
    margin: 12px 0 10px;
    font-size: 14px;
    line-height: 1.4;
  }
  .result strong {
    font: 600 16px/1.3 var(--step-lab-serif);
  }
  .result.good strong {
    color: var(--step-lab-good);
  }
  .result.open strong {
    color: var(--step-lab-warn);
  }
  .moral {
    margin: -4px 0 12px;
    font-size: 14px;
    line-height: 1.4;
    text-wrap: pretty;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
  }
  progress {
    display: block;
    width: 100%;
    height: 6px;
    margin-top: 10px;
    accent-color: var(--step-lab-soft);
  }
  @container (min-width: 600px) {
    section {
      grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr);
    }
    .tale {
      grid-row: span 2;
    }
  }
  @container (min-width: 1000px) {
    section {
      grid-template-columns: minmax(0, 1.35fr) minmax(0, 1fr) minmax(0, 1fr);
    }
    .tale {
      grid-row: auto;
    }
  }
  @media (min-width: 640px) {
    :host {
      margin-inline: 32px;
    }
  }
  @media (min-width: 1080px) {
    :host {
      flex: none;
      max-height: 38%;
      overflow-y: auto;
      scrollbar-width: thin;
      border-radius: var(--step-lab-radius-large);
    }
  }
`;
