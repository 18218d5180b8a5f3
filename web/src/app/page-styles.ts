// SPDX-License-Identifier: MIT
/** The page's frame: header, sentence, view, transport; one column on phones, one screen on desks. */

import { css } from "lit";

export const pageStyles = css`
  :host {
    display: block;
    container-type: inline-size;
    height: 100%;
    background: var(--step-lab-paper);
    /* Stops a lesson's own style from reaching in. */
    text-align: left;
    letter-spacing: normal;
  }
  .page {
    display: flex;
    flex-direction: column;
    min-height: 100%;
  }
  .waiting {
    margin: 0;
    padding: 40vh 32px;
    text-align: center;
    color: var(--step-lab-soft);
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 26px;
    padding: 12px 18px 6px;
  }
  .brand {
    margin: 0;
    font: 600 20px/1 var(--step-lab-serif);
    letter-spacing: -0.01em;
  }
  .brand small {
    display: none;
    margin-left: 10px;
    font: 400 13px var(--step-lab-sans);
    letter-spacing: 0;
    color: var(--step-lab-soft);
  }
  nav {
    order: 3;
    display: flex;
    gap: 4px;
    width: 100%;
  }
  nav button {
    border-color: transparent;
    color: var(--step-lab-soft);
  }
  nav button[aria-current="page"] {
    background: var(--step-lab-wash);
    color: var(--step-lab-ink);
    font-weight: 600;
  }
  nav .challenges {
    margin-left: auto;
  }
  .tools {
    display: flex;
    gap: 2px;
    margin-left: auto;
  }
  .tools .icon {
    padding: 5px 6px;
    font-size: 15px;
  }
  .lead {
    max-width: 1340px;
    margin: 0;
    padding: 4px 18px 12px;
    font: 400 17px/1.45 var(--step-lab-serif);
    text-wrap: pretty;
  }
  .lead-link {
    display: inline;
    min-height: 0;
    padding: 0 2px;
    border: 0;
    border-radius: 2px;
    font: inherit;
    color: var(--step-lab-accent);
    text-decoration: underline;
    text-decoration-thickness: 1px;
    text-underline-offset: 3px;
  }
  .lead b {
    font-weight: 600;
  }
  .notice {
    display: flex;
    align-items: center;
    gap: 12px;
    margin: 0 18px 10px;
    padding: 6px 6px 6px 14px;
    border-radius: var(--step-lab-radius-large);
    background: var(--step-lab-warn-wash);
    font-size: 14px;
  }
  .notice span {
    flex: 1;
  }
  .view {
    flex: 1;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 26px;
    padding: 0 18px 18px;
  }
  h2,
  h3,
  legend {
    margin: 0 0 10px;
    padding: 0;
    font: 600 12px/1.2 var(--step-lab-sans);
    letter-spacing: 0.02em;
    color: var(--step-lab-soft);
  }
  fieldset {
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }
  .figure {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    margin: 0;
  }
  .figure > :first-child {
    flex: 1;
    min-height: 300px;
  }
  figcaption {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 22px;
    min-height: 38px;
    padding: 6px 2px 0;
    font-size: 13px;
    color: var(--step-lab-soft);
  }
  .formula-text {
    font: italic 15px/1.3 var(--step-lab-serif);
    overflow-wrap: anywhere;
  }
  .formula-text sup {
    font-size: 0.7em;
    line-height: 0;
  }
  .start-fields {
    display: flex;
    align-items: center;
    gap: 10px;
    margin-left: auto;
  }
  .start-fields legend {
    float: left;
    margin: 0 10px 0 0;
    font: inherit;
    font-size: 13px;
  }
  .start-fields label {
    display: flex;
    align-items: center;
    gap: 6px;
    font: italic 15px var(--step-lab-serif);
  }
  .start-fields input {
    width: 76px;
    min-height: 28px;
    padding: 2px 6px;
    font: 13px var(--step-lab-mono);
  }
  .charts {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr));
    gap: 14px 26px;
    min-width: 0;
  }
  .charts step-lab-line-chart {
    min-height: 170px;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .run-1 {
    color: var(--step-lab-run-1);
  }
  .run-2 {
    color: var(--step-lab-run-2);
  }
  .run-3 {
    color: var(--step-lab-run-3);
  }
  .run-4 {
    color: var(--step-lab-run-4);
  }
  .run-5 {
    color: var(--step-lab-run-5);
  }
  .run-6 {
    color: var(--step-lab-run-6);
  }
  .run-7 {
    color: var(--step-lab-run-7);
  }
  .run-8 {
    color: var(--step-lab-run-8);
  }
  footer {
    padding: 8px 18px 10px;
    background: var(--step-lab-paper);
  }
  :host([pinned]) footer {
    position: sticky;
    bottom: 0;
    z-index: 2;
    border-top: 1px solid var(--step-lab-line);
  }
  .progress {
    display: flex;
    align-items: center;
    gap: 12px;
    padding: 6px 0;
    font-size: 13px;
    font-variant-numeric: tabular-nums;
    color: var(--step-lab-soft);
  }
  .progress progress {
    flex: 1;
    accent-color: var(--step-lab-accent);
  }
  .page.basic .view,
  .page.none .view {
    padding: 0;
  }
  .page.basic footer {
    padding: 8px 0 0;
  }
  .invitation {
    grid-column: 1 / -1;
    place-self: center;
    display: grid;
    gap: 16px;
    justify-items: center;
    font: 19px var(--step-lab-serif);
  }

  @container (min-width: 900px) {
    .brand small {
      display: inline;
    }
  }
  @container (min-width: 640px) {
    header {
      padding: 14px 32px 8px;
    }
    .lead {
      padding: 4px 32px 14px;
      font-size: 19px;
    }
    .notice {
      margin-inline: 32px;
    }
    .view {
      padding-inline: 32px;
    }
    footer {
      padding: 10px 32px 14px;
    }
    .figure > :first-child {
      min-height: 400px;
    }
  }
  @container (min-width: 640px) {
    nav {
      order: 0;
      width: auto;
    }
    nav .challenges {
      margin-left: 0;
    }
  }
  @container (min-width: 1080px) {
    .page.full {
      height: 100%;
      min-height: 660px;
    }
    .view {
      min-height: 0;
      gap: 36px;
      padding-bottom: 8px;
    }
    .figure > :first-child {
      min-height: 0;
    }
    footer {
      padding-top: 6px;
    }
    :host([pinned]) footer {
      position: static;
      border: 0;
    }
  }
`;
