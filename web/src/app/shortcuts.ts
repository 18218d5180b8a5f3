// SPDX-License-Identifier: MIT
/** The keys of the page, for the listener and for the sheet that lists them. */

export type Command =
  | "toggle"
  | "forward"
  | "back"
  | "forward_line"
  | "back_line"
  | "start"
  | "end"
  | "undo"
  | "redo"
  | "keys";

export interface Shortcut {
  readonly keys: string;
  readonly text: string;
}

export const shortcuts: readonly Shortcut[] = [
  { keys: "Space", text: "play or pause" },
  { keys: "→  ←", text: "one iteration forward, back" },
  { keys: "Shift →  Shift ←", text: "one line of the loop forward, back" },
  { keys: "Home  End", text: "to the start, to the last step" },
  { keys: "Ctrl Z  Ctrl Shift Z", text: "undo, redo a change of the experiment" },
  { keys: "Space  ↑  ↓  Escape", text: "on a line’s grip: take it up, move it, put it back" },
  { keys: "Alt ↑  Alt ↓", text: "move the focused line of the loop" },
  { keys: "Delete", text: "remove the focused line of the loop" },
  { keys: "?", text: "this list" },
];

/** The command of a key press; null when it is none, or when someone is typing. */
export function commandOf(event: KeyboardEvent): Command | null {
  if (event.defaultPrevented || takesKeys(event)) return null;
  const control = event.ctrlKey || event.metaKey;
  if (control && !event.altKey) {
    const key = event.key.toLowerCase();
    if (key === "z") return event.shiftKey ? "redo" : "undo";
    return key === "y" ? "redo" : null;
  }
  if (control || event.altKey) return null;
  switch (event.key) {
    case " ":
      return pressesButtons(event) ? null : "toggle";
    case "ArrowRight":
      return event.shiftKey ? "forward_line" : "forward";
    case "ArrowLeft":
      return event.shiftKey ? "back_line" : "back";
    case "Home":
      return "start";
    case "End":
      return "end";
    case "?":
      return "keys";
    default:
      return null;
  }
}

function origin(event: Event): Element | null {
  const target = event.composedPath()[0];
  return target instanceof Element ? target : null;
}

/** Fields, sliders, lists, dialogs and the like have their own use for keys. */
function takesKeys(event: Event): boolean {
  const own =
    "input:not([type=checkbox]), select, textarea, dialog, [contenteditable], " +
    "[role=slider], [role=application], [role=radiogroup] *, [role=tablist] *";
  return event.composedPath().some((target) => target instanceof Element && target.matches(own));
}

function pressesButtons(event: Event): boolean {
  return origin(event)?.closest("button, a, summary, input") !== null;
}
