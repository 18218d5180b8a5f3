// SPDX-License-Identifier: MIT
/**
 * The visual language as custom properties. Adopted once: by the document of the site, or by the shadow
 * root of `<step-lab>`; every part inherits it, and an author may override any of it from outside.
 *
 * The reader's setting chooses light or dark; `data-theme` on the root element, or `theme` on the host
 * of an embed, overrules it.
 */

import { css } from "lit";

const light = css`
  color-scheme: light;
  --step-lab-paper: #fbfaf7;
  --step-lab-raised: #ffffff;
  --step-lab-wash: #f2f0ea;
  --step-lab-line: #e4e1d9;
  --step-lab-edge: #8d8b85;
  --step-lab-ink: #1c1c1e;
  --step-lab-soft: #5f5f66;
  --step-lab-faint: #6f6f76;
  --step-lab-accent: #1f5fbf;
  --step-lab-good: #00734f;
  --step-lab-warn: #8a5a00;
  --step-lab-warn-wash: #fdf3dc;
  --step-lab-bad: #b3261e;
  --step-lab-lit: #fff4d6;
  --step-lab-surface-low: #c4d3ea;
  --step-lab-surface-high: #f7f9fc;
  --step-lab-surface-line: #40587e;
  --step-lab-run-1: #c24e00;
  --step-lab-run-2: #0068a6;
  --step-lab-run-3: #0f6b3c;
  --step-lab-run-4: #8a2480;
  --step-lab-run-5: #6b5200;
  --step-lab-run-6: #0a4a55;
  --step-lab-run-7: #4034a8;
  --step-lab-run-8: #9a5f6b;
`;

const dark = css`
  color-scheme: dark;
  --step-lab-paper: #141416;
  --step-lab-raised: #1c1c1f;
  --step-lab-wash: #222226;
  --step-lab-line: #2f2f34;
  --step-lab-edge: #75757d;
  --step-lab-ink: #ececee;
  --step-lab-soft: #a8a8b0;
  --step-lab-faint: #8e8e97;
  --step-lab-accent: #7fb0ff;
  --step-lab-good: #4fd1a5;
  --step-lab-warn: #f2c46b;
  --step-lab-warn-wash: #2c2518;
  --step-lab-bad: #ff8a80;
  --step-lab-lit: #33290f;
  --step-lab-surface-low: #3e4e6e;
  --step-lab-surface-high: #1b1e26;
  --step-lab-surface-line: #9db4dd;
  --step-lab-run-1: #ff9a52;
  --step-lab-run-2: #63bdf5;
  --step-lab-run-3: #b0f2be;
  --step-lab-run-4: #c585b0;
  --step-lab-run-5: #ebe05a;
  --step-lab-run-6: #4ce8ee;
  --step-lab-run-7: #9486ee;
  --step-lab-run-8: #ea6a3c;
`;

export const tokens = css`
  :root,
  :host {
    ${light}
    --step-lab-sans:
      Inter, "Helvetica Neue", system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif;
    --step-lab-serif: "Source Serif 4", "Iowan Old Style", Charter, Georgia, "DejaVu Serif", serif;
    --step-lab-mono: ui-monospace, "SF Mono", "Cascadia Code", "DejaVu Sans Mono", Menlo, monospace;
    --step-lab-text: 15px;
    --step-lab-text-small: 13px;
    --step-lab-text-tiny: 12px;
    --step-lab-space-1: 4px;
    --step-lab-space-2: 8px;
    --step-lab-space-3: 12px;
    --step-lab-space-4: 18px;
    --step-lab-space-5: 28px;
    --step-lab-space-6: 36px;
    --step-lab-radius: 6px;
    --step-lab-radius-large: 10px;
  }
  @media (prefers-color-scheme: dark) {
    :root,
    :host {
      ${dark}
    }
  }
  :root[data-theme="light"],
  :host([theme="light"]) {
    ${light}
  }
  :root[data-theme="dark"],
  :host([theme="dark"]) {
    ${dark}
  }
`;
