// SPDX-License-Identifier: MIT
/** Train: the decision map or the digits, what the model reaches, and all that can be set. */

import { css } from "lit";

export const trainStyles = css`
  .scores {
    grid-column: 1 / -1;
    align-self: start;
    width: 100%;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  .scores thead th {
    padding: 0 0 4px 14px;
    font: 400 12px var(--step-lab-sans);
    color: var(--step-lab-soft);
    text-align: right;
  }
  .scores tbody th {
    font: 600 15px var(--step-lab-sans);
    text-align: left;
  }
  .scores thead th:first-child,
  .scores tbody th {
    padding-left: 0;
    text-align: left;
  }
  .scores td {
    padding: 2px 0 2px 14px;
    text-align: right;
    white-space: nowrap;
  }
  .scores .large {
    font: 600 24px/1.2 var(--step-lab-serif);
  }
  .digits {
    display: grid;
    grid-template-columns: repeat(10, minmax(0, 1fr));
    align-content: start;
    gap: 10px 12px;
    margin: 0;
    padding: 0;
    list-style: none;
    overflow-y: auto;
    scrollbar-width: thin;
  }
  .digits li {
    display: grid;
    gap: 3px;
    justify-items: center;
    font: 12px/1.2 var(--step-lab-mono);
    color: var(--step-lab-soft);
  }
  .digits step-lab-digit-picture {
    width: 100%;
    padding: 8%;
    border-radius: 5px;
    background: var(--step-lab-wash);
    color: var(--step-lab-ink);
    box-sizing: border-box;
  }
  .digits .wrong {
    color: var(--step-lab-bad);
    font-weight: 600;
  }
  .digits .wrong step-lab-digit-picture {
    box-shadow: inset 0 0 0 1.5px var(--step-lab-bad);
  }
  @container (max-width: 639px) {
    .digits {
      grid-template-columns: repeat(8, minmax(0, 1fr));
      max-height: 300px;
    }
  }
  .parameters {
    grid-column: 1 / -1;
    min-width: 0;
  }
  .parameters summary {
    width: auto;
  }
  .parameters[open] {
    max-height: 320px;
    overflow: auto;
  }
  @container (min-width: 1080px) {
    .page.full .train {
      grid-template-rows: minmax(0, 1fr) auto;
      row-gap: 8px;
    }
    .page.full .train .charts {
      grid-template-rows: auto;
    }
  }
`;
