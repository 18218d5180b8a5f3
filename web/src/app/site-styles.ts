// SPDX-License-Identifier: MIT
/** What belongs to the site's document and not to an embed. */

import { css } from "lit";

export const siteStyles = css`
  html,
  body {
    margin: 0;
    height: 100%;
    background: var(--step-lab-paper);
  }
  .failure {
    max-width: 34em;
    margin: 0 auto;
    padding: 30vh 24px 24px;
    font: 16px/1.5 var(--step-lab-sans);
    color: var(--step-lab-soft);
  }
  .failure h1 {
    margin: 0 0 12px;
    font: 600 26px/1.2 var(--step-lab-serif);
    color: var(--step-lab-ink);
  }
`;
