// SPDX-License-Identifier: MIT
/** How the lines of the loop look: what ran is lit, what is off is struck out, what raised is marked. */

import { css } from "lit";

export const loopEditorStyles = css`
  .for,
  .if,
  code {
    font: 13px/1.35 var(--step-lab-mono);
  }
  .for,
  .if {
    color: var(--step-lab-soft);
  }
  .for {
    padding: 0 0 5px;
  }
  .if {
    padding: 3px 0 4px;
  }
  ol {
    list-style: none;
    margin: 0 0 0 14px;
    padding: 0;
    display: grid;
    gap: 4px;
  }
  li {
    position: relative;
  }
  .under .block {
    margin-left: 14px;
  }
  .block {
    border: 1px solid var(--step-lab-line);
    border-radius: 7px;
    background: var(--step-lab-raised);
  }
  .off .block {
    background: none;
    border-style: dashed;
  }
  .off code {
    color: var(--step-lab-faint);
    text-decoration: line-through;
  }
  .ran .block {
    background: var(--step-lab-lit);
    border-color: transparent;
    box-shadow: inset 3px 0 0 var(--step-lab-warn);
  }
  .marked .block {
    border-color: var(--step-lab-warn);
  }
  .fault .block {
    border-color: var(--step-lab-bad);
    box-shadow: inset 3px 0 0 var(--step-lab-bad);
  }
  .held {
    z-index: 2;
  }
  .held .block {
    border-color: var(--step-lab-accent);
    box-shadow: 0 6px 18px rgb(0 0 0 / 0.16);
  }
  li:not(.held) {
    transition: transform 140ms ease-out;
  }
  ol:not(:has(.held)) li {
    transition: none;
  }
  @media (prefers-reduced-motion: reduce) {
    li:not(.held) {
      transition: none;
    }
  }
  .row {
    display: grid;
    grid-template-columns: 24px 24px minmax(0, auto) minmax(min-content, 1fr);
    align-items: center;
    gap: 2px 4px;
    min-height: 35px;
    padding: 0 10px 0 4px;
  }
  .grip {
    min-width: 24px;
    min-height: 28px;
    padding: 0;
    border: 0;
    color: var(--step-lab-faint);
    cursor: grab;
    touch-action: none;
    user-select: none;
  }
  .held .grip {
    color: var(--step-lab-accent);
    cursor: grabbing;
  }
  .switch {
    width: 16px;
    height: 16px;
    margin: 4px;
    accent-color: var(--step-lab-soft);
  }
  .code {
    justify-content: flex-start;
    min-height: 33px;
    padding: 3px 6px;
    border: 0;
    background: none;
    color: inherit;
    text-align: left;
  }
  .code:disabled {
    color: inherit;
    opacity: 1;
  }
  .code:hover:not(:disabled) {
    background: none;
  }
  code {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .words {
    font: var(--step-lab-text-tiny) / 1.3 var(--step-lab-sans);
    font-variant-numeric: tabular-nums;
    color: var(--step-lab-soft);
    text-align: right;
  }
  .ran .words {
    color: var(--step-lab-ink);
  }
  .raised {
    color: var(--step-lab-bad);
    font-style: normal;
    font-weight: 600;
  }
  .details {
    display: grid;
    gap: 8px;
    padding: 2px 10px 10px 32px;
    font-size: var(--step-lab-text-small);
    color: var(--step-lab-soft);
  }
  .fields,
  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 10px;
  }
  .actions {
    gap: 4px;
  }
  .actions > button {
    min-height: 28px;
    min-width: 28px;
    padding: 2px 8px;
    font-size: 13px;
  }
  .details label,
  .when {
    display: inline-flex;
    align-items: center;
    gap: 6px;
  }
  .details input[type="text"] {
    width: 56px;
    min-height: 28px;
    padding: 2px 6px;
  }
  .details select {
    min-height: 28px;
    padding: 2px 4px;
    font-size: 13px;
  }
  .details input[type="checkbox"] {
    min-width: 16px;
    min-height: 16px;
    margin: 4px;
  }
  .params {
    display: flex;
    flex-wrap: wrap;
    gap: 0 10px;
    max-height: 116px;
    margin: 0;
    padding: 0;
    border: 0;
    overflow-y: auto;
    font: 12.5px var(--step-lab-mono);
  }
  .params label {
    gap: 2px;
  }
  .add {
    margin: 2px 0 0 14px;
  }
`;
