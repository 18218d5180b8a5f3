// SPDX-License-Identifier: MIT
/** Loop: loop, picture and table side by side; on phones picture, loop, table. */

import { css } from "lit";

export const loopStyles = css`
  .loop .figure {
    order: -1;
  }
  .strip {
    display: flex;
    order: -1;
    min-height: 150px;
  }
  .strip step-lab-line-chart {
    flex: 1;
  }
  .verdict {
    margin-top: 16px;
    padding: 14px 16px;
    border-radius: var(--step-lab-radius-large);
    background: var(--step-lab-warn-wash);
  }
  .verdict strong {
    display: block;
    margin-bottom: 6px;
    font: 600 16px/1.3 var(--step-lab-serif);
    color: var(--step-lab-warn);
  }
  .verdict p {
    margin: 0;
    font-size: 14px;
  }
  .verdict .row {
    margin-top: 12px;
  }
  .verdict.good {
    background: var(--step-lab-wash);
  }
  .verdict.good strong {
    color: var(--step-lab-good);
  }
  .verdict.error strong {
    color: var(--step-lab-bad);
  }
  .verdict .raised {
    max-height: 9.5em;
    overflow: auto;
    font: 12.5px/1.5 var(--step-lab-mono);
  }
  .story {
    min-height: 2.9em;
    margin: 10px 0 0;
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
      grid-template-columns: minmax(320px, 384px) minmax(360px, 1fr) minmax(330px, 400px);
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
