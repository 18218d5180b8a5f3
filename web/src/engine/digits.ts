// SPDX-License-Identifier: MIT
/** The handwritten digits: data of 44 KB that only an experiment on them should load. */

import { StepLabError } from "./errors.js";
import { readBytes } from "./files.js";

/** Whether a document, good or bad, asks for the digits. */
export function needsDigits(document: string): boolean {
  return document.includes('"digits"');
}

/** The bytes of core/data/digits.bin. */
export async function loadDigits(url: string): Promise<Uint8Array> {
  try {
    return await readBytes(url);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw StepLabError.of("engine", `The digits could not be loaded from ${url}: ${reason}`);
  }
}
