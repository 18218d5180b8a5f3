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
`;
