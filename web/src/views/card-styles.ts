// SPDX-License-Identifier: MIT
/** The optimizer's card: formula, sum, badge and reference. */

import { css } from "lit";

export const cardStyles = css`
  .card-panel {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    /* Formulas scroll sideways, so nothing but this keeps their height. */
    grid-auto-rows: max-content;
    align-content: start;
    gap: 12px;
    min-width: 0;
    margin-top: 10px;
  }
  .card-head {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .card-head h3 {
    flex: 1;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px;
    margin: 0;
  }
  .card-head select,
  .card-head .index {
    min-height: 26px;
    padding: 1px 4px;
    font-size: 13px;
    font-weight: 400;
  }
  .card-head .index {
    width: 76px;
    border: 1px solid transparent;
    border-bottom-color: var(--step-lab-edge);
    border-radius: var(--step-lab-radius) var(--step-lab-radius) 0 0;
    background: var(--step-lab-wash);
  }
  .around {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
  }
  .around h3 {
    margin: 0;
  }
  table.sum {
    width: fit-content;
    min-width: min(100%, 300px);
    border-collapse: collapse;
    caption-side: bottom;
  }
  .sum th {
    padding: 3px 22px 3px 0;
    font: 400 14px/1.3 var(--step-lab-serif);
    text-align: left;
  }
  .sum td {
    padding: 3px 0;
    font: 13px/1.3 var(--step-lab-mono);
    font-variant-numeric: tabular-nums;
    color: var(--step-lab-accent);
    text-align: right;
    white-space: nowrap;
  }
  .sum .total > * {
    padding-top: 5px;
    border-top: 1px solid var(--step-lab-edge);
  }
  .sum caption {
    padding-top: 6px;
    font-size: var(--step-lab-text-tiny);
    color: var(--step-lab-soft);
    text-align: left;
  }
  /* On the narrowest screens a number stands below its term. */
  @media (max-width: 380px) {
    table.sum {
      width: 100%;
    }
    .sum tr {
      display: grid;
    }
    .sum th {
      padding-right: 0;
    }
    .sum .total td {
      padding-top: 3px;
      border-top: 0;
    }
  }
  p.sum {
    margin: 0;
    font-size: 13px;
    color: var(--step-lab-soft);
  }
  .about summary {
    min-width: 0;
  }
  .about-summary {
    margin: 10px 0 0;
    font: 16px/1.45 var(--step-lab-serif);
    text-wrap: pretty;
  }
  .card-toggle {
    justify-self: start;
    max-width: 100%;
    text-align: left;
  }
  .card-toggle i {
    font: italic 16px/1 var(--step-lab-serif);
    color: var(--step-lab-accent);
  }
  .charts.with-card {
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
  }
  .with-card .card-panel {
    margin-top: 0;
  }
  @container (min-width: 1080px) {
    .page.full .charts.with-card {
      grid-template-rows: minmax(150px, 0.42fr) minmax(0, 1fr);
      grid-auto-rows: auto;
      overflow: hidden;
    }
    .with-card .card-panel {
      overflow-y: auto;
      padding-bottom: 8px;
      scrollbar-width: thin;
    }
  }
`;
