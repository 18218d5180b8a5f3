// SPDX-License-Identifier: MIT
/** How the lines of the loop look: what ran is lit, what is off is struck out, what raised is marked. */

import { css } from "lit";

export const loopEditorStyles = css`
  .for {
    padding: 2px 0 8px;
    color: var(--step-lab-soft);
  }
  .for,
  .code {
    font: 13.5px/1.3 var(--step-lab-mono);
  }
  ol {
    list-style: none;
    margin: 0 0 0 14px;
    padding: 0;
    display: grid;
    gap: 4px;
  }
  li {
    border: 1px solid var(--step-lab-line);
    border-radius: 7px;
    background: var(--step-lab-raised);
  }
  li.off {
    background: none;
    border-style: dashed;
  }
  li.off .code {
    color: var(--step-lab-faint);
    text-decoration: line-through;
  }
  li.ran {
    background: var(--step-lab-lit);
    border-color: transparent;
    box-shadow: inset 3px 0 0 var(--step-lab-warn);
  }
  li.fault {
    border-color: var(--step-lab-bad);
    box-shadow: inset 3px 0 0 var(--step-lab-bad);
  }
  li.target {
    box-shadow: 0 -3px 0 var(--step-lab-accent);
  }
  .row {
    display: grid;
    grid-template-columns: 24px 24px 1fr auto;
    align-items: center;
    gap: 4px;
    min-height: 38px;
    padding-left: 6px;
  }
  .grip {
    display: grid;
    place-items: center;
    height: 28px;
    color: var(--step-lab-faint);
    cursor: grab;
    touch-action: none;
    user-select: none;
  }
  .switch {
    width: 16px;
    height: 16px;
    margin: 4px;
    accent-color: var(--step-lab-soft);
  }
  .code {
    justify-content: flex-start;
    min-height: 36px;
    padding: 4px 6px;
    border: 0;
    background: none;
    text-align: left;
    overflow-wrap: anywhere;
  }
  .code:hover:not(:disabled) {
    background: none;
  }
  .tag {
    padding-right: 12px;
    font-size: var(--step-lab-text-tiny);
    color: var(--step-lab-soft);
  }
  .fault .tag {
    color: var(--step-lab-bad);
  }
  .details {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 10px;
    padding: 2px 8px 8px 34px;
    font-size: var(--step-lab-text-small);
    color: var(--step-lab-soft);
  }
  .details button {
    min-height: 28px;
    min-width: 28px;
    padding: 2px 8px;
    font-size: 13px;
  }
  .details label {
    display: inline-flex;
    align-items: center;
    gap: 6px;
  }
  .details input[type="text"] {
    width: 52px;
    min-height: 28px;
    padding: 2px 6px;
  }
  .add {
    margin: 8px 0 0 14px;
  }
  .add select {
    background: none;
    border-color: transparent;
    color: var(--step-lab-soft);
  }
`;
