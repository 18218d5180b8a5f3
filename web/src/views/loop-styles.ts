// SPDX-License-Identifier: MIT
/** Loop: loop, picture and table side by side; on phones picture, loop, table. */

import { css } from "lit";

export const loopStyles = css`
  .loop .figure {
    order: -1;
  }
  .strip {
    display: flex;
    min-height: 122px;
  }
  .page.basic .strip {
    order: -1;
  }
  .strip step-lab-line-chart {
    flex: 1;
  }
  .loop-column,
  .table-column {
    min-width: 0;
  }
  .column-head {
    display: flex;
    align-items: center;
    gap: 2px;
    min-height: 26px;
    margin: -6px 0 4px;
  }
  .column-head h2 {
    flex: 1;
    margin: 0;
  }
  .small-tool {
    min-height: 26px;
    padding: 2px 7px;
    font-size: 13px;
  }
  .small-tool[aria-expanded="true"] {
    background: var(--step-lab-wash);
    color: var(--step-lab-ink);
  }
  .small-tool svg {
    width: 14px;
    height: 14px;
    fill: currentColor;
    stroke: currentColor;
    stroke-width: 1.5;
  }
  .small-tool path {
    fill: none;
  }
  .run-tabs {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    margin-bottom: 8px;
  }
  .run-tabs button {
    min-height: 28px;
    padding: 2px 8px;
    border-color: transparent;
    font-size: 13px;
    color: var(--step-lab-soft);
  }
  .run-tabs [aria-pressed="true"] {
    background: var(--step-lab-wash);
    color: var(--step-lab-ink);
    font-weight: 600;
  }
  .optimizer-line {
    margin-bottom: 5px;
  }
  .optimizer-line > summary {
    width: auto;
    padding: 2px 0;
    color: var(--step-lab-ink);
    list-style-position: outside;
    margin-left: 14px;
  }
  .optimizer-line > summary::marker {
    color: var(--step-lab-soft);
    font-size: 11px;
  }
  .optimizer-line code {
    font: 13px/1.4 var(--step-lab-mono);
    overflow-wrap: anywhere;
  }
  .from {
    margin: 0 0 6px;
    font-size: 13px;
    color: var(--step-lab-soft);
  }
  step-lab-same-quiz {
    margin-top: 12px;
  }
  .doctor {
    margin-top: 8px;
    padding: 10px 14px;
    border-radius: var(--step-lab-radius-large);
    background: var(--step-lab-wash);
    font-size: 14px;
  }
  .doctor.warn,
  .doctor.error {
    background: var(--step-lab-warn-wash);
  }
  .verdict-head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
    margin-bottom: 2px;
  }
  .verdict-head button.quiet {
    min-height: 26px;
    margin: -2px -4px -2px 0;
    padding: 1px 8px;
    border-color: currentColor;
    color: inherit;
    white-space: nowrap;
  }
  .doctor strong {
    font: 600 16px/1.3 var(--step-lab-serif);
    color: var(--step-lab-warn);
  }
  .doctor.good strong {
    color: var(--step-lab-good);
  }
  .doctor.error strong {
    color: var(--step-lab-bad);
  }
  .doctor p {
    margin: 0;
    text-wrap: pretty;
  }
  .doctor > .row {
    margin-top: 10px;
  }
  .doctor button {
    min-height: 30px;
    padding: 3px 10px;
    font-size: 13px;
  }
  .doctor .raised {
    max-height: 9.5em;
    overflow: auto;
    font: 12.5px/1.5 var(--step-lab-mono);
  }
  .doctor:focus-visible {
    outline-offset: -2px;
  }
  .applied {
    color: var(--step-lab-soft);
  }
  .working {
    display: flex;
    align-items: center;
    gap: 10px;
    margin-top: 8px;
    font-size: 13px;
    color: var(--step-lab-soft);
  }
  .working progress {
    flex: 1;
    min-width: 40px;
    height: 6px;
    accent-color: var(--step-lab-soft);
  }
  .finding {
    margin-top: 8px;
    padding-top: 7px;
    border-top: 1px solid var(--step-lab-line);
  }
  .doctor.warn .finding,
  .doctor.error .finding {
    border-top-color: color-mix(in srgb, var(--step-lab-warn) 26%, transparent);
  }
  .finding > summary {
    display: flex;
    align-items: baseline;
    width: auto;
    color: var(--step-lab-ink);
    font-size: 14px;
    list-style: none;
  }
  .finding summary::-webkit-details-marker {
    display: none;
  }
  .finding > summary b {
    flex: 1;
  }
  .finding summary::after {
    content: "▸";
    margin-left: 6px;
    font-size: 11px;
    color: var(--step-lab-soft);
  }
  .finding[open] > summary::after,
  .pytorch[open] > summary::after {
    content: "▾";
  }
  .sign {
    display: inline-grid;
    flex: none;
    place-items: center;
    width: 17px;
    height: 17px;
    margin-right: 8px;
    border: 1.5px solid currentColor;
    border-radius: 50%;
    font: 700 11px/1 var(--step-lab-sans);
    color: var(--step-lab-soft);
  }
  .finding.warning .sign {
    color: var(--step-lab-warn);
    border-radius: 4px;
  }
  .finding.error .sign {
    color: var(--step-lab-bad);
    border-radius: 2px;
  }
  .remedy {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 10px;
    margin-top: 7px;
    font-size: 13px;
    line-height: 1.3;
    color: var(--step-lab-soft);
  }
  .remedy span {
    flex: 1 1 130px;
  }
  .remedy button {
    text-align: left;
  }
  .evidence {
    display: grid;
    margin: 7px 0 0;
    font-size: 13px;
    line-height: 1.35;
  }
  .evidence div {
    display: flex;
    justify-content: space-between;
    gap: 12px;
  }
  .evidence dt {
    color: var(--step-lab-soft);
  }
  .evidence dd {
    margin: 0;
    font: 12.5px/1.5 var(--step-lab-mono);
    font-variant-numeric: tabular-nums;
  }
  .doctor .pytorch {
    margin-top: 2px;
    font-size: 13px;
    color: var(--step-lab-soft);
  }
  .doctor .pytorch summary {
    list-style: none;
  }
  .tabs {
    display: flex;
    gap: 2px;
    margin-bottom: 10px;
    border-bottom: 1px solid var(--step-lab-line);
  }
  .tabs button {
    min-height: 30px;
    padding: 3px 10px;
    border: 0;
    border-bottom: 2px solid transparent;
    border-radius: 0;
    font-size: 13px;
    color: var(--step-lab-soft);
  }
  .tabs [aria-selected="true"] {
    border-bottom-color: var(--step-lab-ink);
    color: var(--step-lab-ink);
    font-weight: 600;
  }
  .story {
    min-height: 2.9em;
    margin: 10px 0 12px;
    font-size: 14px;
    color: var(--step-lab-soft);
  }
  .story b {
    color: var(--step-lab-ink);
  }
  .shared {
    margin-top: 14px;
  }
  .shared step-lab-optimizer-picker {
    grid-template-columns: 1fr minmax(128px, auto);
    align-items: center;
    font: 600 12px/1.2 var(--step-lab-sans);
    letter-spacing: 0.02em;
  }
  @container (min-width: 640px) and (max-width: 1079px) {
    .page.full .loop {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
    .page.full .loop .figure,
    .page.full .strip {
      grid-column: 1 / -1;
    }
  }
  @container (min-width: 1080px) {
    .page.full .loop {
      grid-template-columns: minmax(330px, 404px) minmax(340px, 1fr) minmax(330px, 400px);
      grid-template-rows: minmax(0, 1fr) auto;
      row-gap: 10px;
    }
    .page.full .loop .figure,
    .page.full .strip {
      order: 0;
    }
    .page.full .strip {
      grid-column: 1 / -1;
    }
    .loop-column,
    .table-column {
      min-height: 0;
      overflow-y: auto;
      scrollbar-width: thin;
    }
  }
`;
