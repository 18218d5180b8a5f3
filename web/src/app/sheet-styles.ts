// SPDX-License-Identifier: MIT
/** Sheets over the page: presets, sharing, keys. */

import { css } from "lit";

export const sheetStyles = css`
  .sheet {
    width: min(1220px, calc(100vw - 24px));
    max-height: calc(100dvh - 48px);
    padding: 0;
    border: 1px solid var(--step-lab-line);
    border-radius: 14px;
    background: var(--step-lab-paper);
    color: var(--step-lab-ink);
    box-shadow: 0 24px 80px rgb(0 0 0 / 0.28);
  }
  .sheet::backdrop {
    background: rgb(20 20 22 / 0.4);
  }
  .sheet-body {
    padding: 18px 24px 26px;
  }
  .sheet-head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    margin-bottom: 8px;
  }
  .sheet-head h2 {
    margin: 0;
    font: 600 22px/1.2 var(--step-lab-serif);
    letter-spacing: -0.01em;
    color: var(--step-lab-ink);
  }
  .sheet h3 {
    margin: 18px 0 10px;
  }
  .gallery-lead {
    margin: 0;
    font: 400 16px/1.45 var(--step-lab-serif);
  }
  .gallery {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 166px), 1fr));
    gap: 18px 20px;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .card {
    display: grid;
    gap: 2px;
    justify-items: stretch;
    justify-content: stretch;
    align-content: start;
    width: 100%;
    height: 100%;
    padding: 0;
    border: 0;
    text-align: left;
  }
  .card:hover:not(:disabled) {
    background: none;
  }
  .card:hover b {
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  .card b {
    margin-top: 7px;
    font: 600 15px/1.3 var(--step-lab-serif);
  }
  .card span {
    font-size: 13px;
    line-height: 1.4;
    color: var(--step-lab-soft);
  }
  .copy {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 4px 10px;
    margin-top: 16px;
    align-items: start;
  }
  .copy label {
    grid-column: 1 / -1;
    font-size: 13px;
    color: var(--step-lab-soft);
  }
  .copy textarea {
    width: 100%;
    padding: 8px 10px;
    border: 1px solid var(--step-lab-line);
    border-radius: var(--step-lab-radius);
    background: var(--step-lab-raised);
    color: inherit;
    font: 12.5px/1.5 var(--step-lab-mono);
    resize: vertical;
  }
  .sheet.narrow {
    width: min(640px, calc(100vw - 24px));
  }
  .keys {
    margin: 8px 0 0;
  }
  .keys div {
    display: grid;
    grid-template-columns: minmax(150px, 240px) 1fr;
    gap: 16px;
    padding: 9px 0;
    border-top: 1px solid var(--step-lab-line);
  }
  .keys dd {
    margin: 0;
  }
  kbd {
    padding: 2px 7px;
    border-radius: 5px;
    background: var(--step-lab-wash);
    font: 13px var(--step-lab-mono);
    white-space: nowrap;
  }
`;
