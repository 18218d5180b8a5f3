// SPDX-License-Identifier: MIT
/** The picker: a field like the others, and a sheet with a list and a reference side by side. */

import { css } from "lit";

export const pickerStyles = css`
  :host {
    display: grid;
    gap: 2px;
    min-width: 0;
    font-size: 13px;
    color: var(--step-lab-soft);
  }
  .trigger {
    justify-content: space-between;
    width: 100%;
    min-width: 0;
    padding: 4px 8px;
    border: 1px solid transparent;
    border-bottom-color: var(--step-lab-edge);
    border-radius: var(--step-lab-radius) var(--step-lab-radius) 0 0;
    background: var(--step-lab-wash);
    color: var(--step-lab-ink);
    font-weight: 400;
    letter-spacing: 0;
    overflow-wrap: anywhere;
    text-align: left;
  }
  svg {
    flex: none;
    width: 12px;
    height: 12px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.6;
  }
  dialog {
    width: min(1060px, calc(100vw - 24px));
    height: min(720px, calc(100dvh - 48px));
    padding: 0;
    border: 1px solid var(--step-lab-line);
    border-radius: 14px;
    background: var(--step-lab-paper);
    color: var(--step-lab-ink);
    font-size: var(--step-lab-text);
    font-weight: 400;
    letter-spacing: normal;
    box-shadow: 0 24px 80px rgb(0 0 0 / 0.28);
    overflow: hidden;
  }
  dialog::backdrop {
    background: rgb(20 20 22 / 0.4);
  }
  .sheet {
    display: flex;
    flex-direction: column;
    height: 100%;
  }
  .head {
    display: flex;
    align-items: center;
    gap: 4px;
    padding: 16px 20px 10px 24px;
  }
  h2 {
    flex: 1;
    margin: 0;
    font: 600 22px/1.2 var(--step-lab-serif);
    letter-spacing: -0.01em;
  }
  .panes {
    flex: 1;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    min-height: 0;
  }
  .list {
    padding: 0 12px 20px;
    overflow-y: auto;
    scrollbar-width: thin;
  }
  .list > input {
    position: sticky;
    top: 0;
    z-index: 1;
    width: calc(100% - 16px);
    margin: 2px 8px 12px;
    min-height: 38px;
  }
  .looked {
    display: none;
  }
  h3 {
    margin: 0;
    font: inherit;
  }
  .family + .family {
    margin-top: 2px;
  }
  .fold {
    display: grid;
    grid-template-columns: 12px auto minmax(0, 1fr);
    justify-content: start;
    justify-items: start;
    gap: 8px;
    width: 100%;
    min-height: 34px;
    padding: 4px 12px;
    border: 0;
    font-size: 13px;
    font-weight: 600;
    letter-spacing: 0.02em;
    text-align: left;
  }
  .fold small {
    max-width: 100%;
    overflow: hidden;
    font-size: 13px;
    font-weight: 400;
    letter-spacing: 0;
    color: var(--step-lab-soft);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .fold[aria-expanded="true"] svg {
    transform: rotate(90deg);
  }
  ul {
    margin: 0 0 8px;
    padding: 0;
    list-style: none;
  }
  li {
    display: grid;
    gap: 1px;
    padding: 7px 12px 8px 32px;
    border-radius: var(--step-lab-radius);
    cursor: pointer;
  }
  li.looked-at {
    background: var(--step-lab-wash);
  }
  li:focus-visible {
    outline-offset: -2px;
  }
  li b {
    font: 600 15.5px/1.3 var(--step-lab-serif);
  }
  li[aria-selected="true"] b::after {
    content: " ✓";
    color: var(--step-lab-accent);
  }
  li span {
    font-size: 13px;
    line-height: 1.4;
    color: var(--step-lab-soft);
    text-wrap: pretty;
  }
  .none {
    padding: 12px;
    color: var(--step-lab-soft);
  }
  step-lab-optimizer-table {
    flex: 1;
    min-height: 0;
    margin: 0 24px 20px;
  }
  @media (min-width: 900px) {
    .panes {
      grid-template-columns: 400px minmax(0, 1fr);
    }
    .looked {
      display: block;
      padding: 2px 28px 24px 20px;
      overflow-y: auto;
      scrollbar-width: thin;
    }
    .looked h3 {
      margin-bottom: 6px;
      font: 600 26px/1.2 var(--step-lab-serif);
      letter-spacing: -0.01em;
    }
  }
  @media (max-width: 639px) {
    dialog {
      width: 100vw;
      max-width: none;
      height: calc(100dvh - 40px);
      max-height: none;
      margin: 40px 0 0;
      border-radius: 14px 14px 0 0;
    }
    .head {
      padding: 12px 8px 8px 18px;
    }
    h2 {
      font-size: 17px;
    }
    .list {
      padding-inline: 6px;
    }
    step-lab-optimizer-table {
      margin-inline: 18px;
    }
  }
`;
