// SPDX-License-Identifier: MIT
/** Settings: groups of fields, and the list of runs. */

import { css } from "lit";

export const settingsStyles = css`
  .settings,
  .group,
  .run-list,
  .run-details,
  .hyper {
    grid-template-columns: minmax(0, 1fr);
  }
  .settings {
    display: grid;
    align-content: start;
    gap: 22px;
    min-width: 0;
  }
  .group {
    display: grid;
    align-content: start;
    gap: 10px;
  }
  .group > legend {
    margin-bottom: 8px;
  }
  .field {
    display: grid;
    gap: 2px;
    min-width: 0;
    font-size: 13px;
    color: var(--step-lab-soft);
  }
  .field select,
  .field input[type="text"] {
    width: 100%;
    min-width: 0;
    color: var(--step-lab-ink);
  }
  .field select {
    text-overflow: ellipsis;
  }
  .field.slider {
    grid-template-columns: auto 1fr 64px;
    align-items: center;
    gap: 12px;
  }
  .pair {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    gap: 12px;
  }
  .hint {
    margin: 0;
    font-size: 13px;
    color: var(--step-lab-soft);
  }
  .layers legend {
    margin-bottom: 2px;
    font-weight: 400;
    font-size: 13px;
    letter-spacing: 0;
  }
  .widths {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
  }
  .layer {
    display: flex;
  }
  .layer input[type="text"] {
    width: 52px;
    text-align: right;
  }
  .layer button {
    min-width: 26px;
    padding: 2px;
  }
  .run-list {
    display: grid;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .run-name[aria-pressed="true"] {
    background: var(--step-lab-wash);
  }
  .run-name {
    display: grid;
    grid-template-columns: 38px 1fr auto;
    justify-content: stretch;
    justify-items: start;
    gap: 8px;
    width: 100%;
    min-height: 36px;
    padding: 6px 8px;
    border: 0;
    text-align: left;
  }
  .run-name b {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .run-note {
    font-size: 13px;
    color: var(--step-lab-soft);
    font-variant-numeric: tabular-nums;
  }
  .trouble {
    margin: 0;
    font-size: 13px;
    font-style: normal;
    color: var(--step-lab-bad);
  }
  .swatch {
    width: 34px;
    height: 14px;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
  }
  .swatch .mark {
    fill: currentColor;
    stroke: var(--step-lab-paper);
    stroke-width: 1.5;
  }
  .run-details {
    display: grid;
    gap: 10px;
    padding: 6px 8px 0;
  }
  .hyper {
    display: grid;
    gap: 4px;
  }
  .more summary {
    width: auto;
    line-height: 24px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .members {
    display: grid;
    gap: 10px;
    padding-left: 12px;
    border-left: 1px solid var(--step-lab-line);
  }
  .add-run {
    justify-self: start;
    padding-left: 8px;
  }
  @container (min-width: 640px) and (max-width: 1079px) {
    .settings {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
      gap: 36px;
    }
  }
  @container (min-width: 1080px) {
    .settings {
      overflow-y: auto;
      padding: 0 12px 8px 4px;
      margin: 0 -12px 0 -4px;
      scrollbar-width: thin;
    }
  }
`;
