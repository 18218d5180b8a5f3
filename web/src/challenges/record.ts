// SPDX-License-Identifier: MIT
/** What a reader has mended, and the hints that were opened: kept among the settings. */

import { readSetting, writeSetting } from "../app/settings-store.js";

export interface Entry {
  /** The fewest changes that mended it; null while it is open. */
  readonly solved: number | null;
  /** How many hints were opened. */
  readonly hints: number;
}

const setting = "challenges";
const blank: Entry = { solved: null, hints: 0 };

export function entryOf(id: string): Entry {
  return all()[id] ?? blank;
}

export function rememberHints(id: string, hints: number): void {
  write(id, { ...entryOf(id), hints });
}

/** Keeps the better of two solutions. */
export function rememberSolved(id: string, changes: number): void {
  const entry = entryOf(id);
  write(id, { ...entry, solved: Math.min(changes, entry.solved ?? Infinity) });
}

function write(id: string, entry: Entry): void {
  writeSetting(setting, JSON.stringify({ ...all(), [id]: entry }));
}

/** Whatever someone else may have put there. */
function all(): Readonly<Record<string, Entry>> {
  try {
    const found: unknown = JSON.parse(readSetting(setting) ?? "{}");
    if (typeof found !== "object" || found === null) return {};
    return Object.fromEntries(
      Object.entries(found).map(([id, entry]) => [id, readEntry(entry as Partial<Entry> | null)]),
    );
  } catch {
    return {};
  }
}

function readEntry(entry: Partial<Entry> | null): Entry {
  const whole = (value: unknown) => (Number.isInteger(value) ? Math.max(0, Number(value)) : null);
  return { solved: whole(entry?.solved), hints: whole(entry?.hints) ?? 0 };
}
