// SPDX-License-Identifier: MIT
/** The reader's few settings; a frame may forbid storage, and then they last as long as the page. */

const memory = new Map<string, string>();

export function readSetting(name: string): string | null {
  try {
    return localStorage.getItem(`step-lab-${name}`);
  } catch {
    return memory.get(name) ?? null;
  }
}

export function writeSetting(name: string, value: string): void {
  memory.set(name, value);
  try {
    localStorage.setItem(`step-lab-${name}`, value);
  } catch {
    // Kept in memory above.
  }
}
