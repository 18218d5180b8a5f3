// SPDX-License-Identifier: MIT
/** What can be done with a line: everything that dragging does, and more, by buttons. */

import { html, type TemplateResult } from "lit";
import "../components/menu-button.js";
import type { ChooseDetail, MenuGroup } from "../components/menu-button.js";

export interface LineActions {
  /** The line as it is spoken of. */
  readonly name: string;
  readonly index: number;
  readonly count: number;
  /** Whether the loop has room for no more lines. */
  readonly full: boolean;
  readonly menu: readonly MenuGroup[];
  readonly move: (by: -1 | 1) => void;
  readonly duplicate: () => void;
  readonly remove: () => void;
  readonly insert: (kind: string) => void;
}

export function lineActions(line: LineActions): TemplateResult {
  const { name, index, count, full } = line;
  return html`<div class="actions">
    <button aria-label="Move ${name} up" ?disabled=${index === 0} @click=${() => line.move(-1)}>
      ↑
    </button>
    <button
      aria-label="Move ${name} down"
      ?disabled=${index === count - 1}
      @click=${() => line.move(1)}
    >
      ↓
    </button>
    <button aria-label="Duplicate ${name}" ?disabled=${full} @click=${line.duplicate}>
      Duplicate
    </button>
    <button aria-label="Remove ${name}" ?disabled=${count === 1} @click=${line.remove}>
      Remove
    </button>
    <step-lab-menu-button
      label="+ Below"
      describes="Add a line below ${name}"
      .groups=${line.menu}
      ?disabled=${full}
      @choose=${({ detail }: CustomEvent<ChooseDetail>) => line.insert(detail.value)}
    ></step-lab-menu-button>
  </div>`;
}
