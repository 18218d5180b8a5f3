// SPDX-License-Identifier: MIT
/** The menu of everything that a loop can do, as it would stand in this loop. */

import type { MenuGroup } from "../components/menu-button.js";
import type { ParameterFrame } from "../engine/types.js";
import { freshLine, unavailable } from "../state/fresh-line.js";
import { lineGroups, lineNotes } from "../state/line-notes.js";
import { pythonOf, type CodeContext } from "../state/loop-code.js";

export function lineMenu(
  code: CodeContext,
  parameters: readonly ParameterFrame[],
  step: number,
): readonly MenuGroup[] {
  return lineGroups.map(({ title, kinds }) => ({
    title,
    items: kinds.map((kind) => ({
      value: kind,
      text: spoken(pythonOf(freshLine(kind, parameters, step), code)),
      note: lineNotes[kind],
      barred: unavailable(kind, code.problem),
    })),
  }));
}

/** Code in one line, for menus and for names that are spoken. */
export function spoken(code: string): string {
  return code.replaceAll(/\s*\n\s*/g, " ");
}
