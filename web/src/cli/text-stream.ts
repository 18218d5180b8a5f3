// SPDX-License-Identifier: MIT
/** Texts in and out of the command line: files, or "-" for standard input and output. */

import { readFileSync, writeFileSync } from "node:fs";
import { Refusal } from "./refusal.js";

export function readText(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (thrown) {
    const opened = (thrown as NodeJS.ErrnoException).code === "EISDIR";
    throw Refusal.ofFile(inputName(file), opened ? "cannot be read" : "cannot be opened", thrown);
  }
}

export function writeText(file: string, text: string): void {
  try {
    writeFileSync(file === "-" ? 1 : file, text);
  } catch (thrown) {
    throw Refusal.ofFile(file, "cannot be opened", thrown);
  }
}

/** What messages call a file name. */
export function inputName(file: string): string {
  return file === "-" ? "<stdin>" : file;
}
