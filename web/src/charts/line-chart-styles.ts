// SPDX-License-Identifier: MIT
/** How `<step-lab-line-chart>` looks. */

import { css } from "lit";

export const lineChartStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
    transition: color 1ms;
  }
  header {
    display: flex;
    align-items: center;
    gap: var(--step-lab-space-3);
    min-height: 28px;
    font-size: var(--step-lab-text-tiny);
    color: var(--step-lab-soft);
  }
  header b {
    font-weight: 600;
  }
  .axis {
    margin-left: auto;
    min-height: 24px;
    padding: 2px 8px;
    font-size: var(--step-lab-text-tiny);
  }
  .plot {
    position: relative;
    flex: 1;
    min-height: 72px;
    touch-action: pan-y;
  }
  .canvas {
    position: absolute;
    inset: 0;
  }
  .uplot,
  .uplot *,
  .uplot *::before,
  .uplot *::after {
    font-family: inherit;
  }
  .u-over {
    cursor: ew-resize;
  }
  .scrubber {
    position: absolute;
    width: 1px;
    background: var(--step-lab-ink);
    pointer-events: none;
  }
  .scrubber::after {
    content: "";
    position: absolute;
    bottom: -4px;
    left: -4px;
    width: 9px;
    height: 9px;
    border-radius: 50%;
    background: var(--step-lab-ink);
  }
  .reading {
    position: absolute;
    top: 0;
    z-index: 2;
    padding: 4px 9px 5px;
    border-radius: var(--step-lab-radius);
    background: var(--step-lab-raised);
    font-size: var(--step-lab-text-tiny);
    pointer-events: none;
  }
  .reading table {
    border-collapse: collapse;
  }
  .reading td {
    padding: 0 0 0 12px;
    text-align: right;
    font-family: var(--step-lab-mono);
    font-variant-numeric: tabular-nums;
  }
  .reading th {
    text-align: left;
    font-weight: 600;
  }
  .reading caption {
    text-align: left;
    color: var(--step-lab-soft);
  }
  .empty {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    color: var(--step-lab-soft);
    font-size: var(--step-lab-text-small);
  }
  .numbers {
    overflow-x: auto;
  }
  .numbers table {
    border-collapse: collapse;
    font: var(--step-lab-text-tiny) / 1.6 var(--step-lab-mono);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .numbers th {
    font-family: var(--step-lab-sans);
    font-weight: 500;
    color: var(--step-lab-soft);
  }
  .numbers th,
  .numbers td {
    padding: 1px 0 1px 24px;
    text-align: right;
  }
  .numbers th:first-child {
    padding-left: 0;
  }
  .numbers button {
    margin-top: var(--step-lab-space-2);
  }
`;
