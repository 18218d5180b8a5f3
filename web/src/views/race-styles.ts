// SPDX-License-Identifier: MIT
/** Race: the picture largest, the charts beside it, the settings last. */

import { css } from "lit";

export const raceStyles = css`
  @container (min-width: 1080px) {
    .page.full .race,
    .page.full .train {
      grid-template-columns: minmax(0, 1.25fr) minmax(300px, 1fr) 336px;
      grid-template-rows: minmax(0, 1fr);
    }
    .page.basic .race,
    .page.basic .train {
      grid-template-columns: minmax(0, 1.2fr) minmax(0, 1fr);
    }
    .page.full .charts {
      grid-template-columns: minmax(0, 1fr);
      grid-auto-rows: minmax(0, 1fr);
      gap: 8px;
      min-height: 0;
      overflow-y: auto;
      scrollbar-width: thin;
    }
    .page.full .charts step-lab-line-chart {
      min-height: 110px;
    }
  }
`;
