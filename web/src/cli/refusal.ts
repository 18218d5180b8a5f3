// SPDX-License-Identifier: MIT
/** What is wrong with an input, in the words of the native command line. */

import { getSystemErrorMap } from "node:util";
import type { ErrorDetails } from "../engine/types.js";

/** Bad input: the message goes to standard error, and the exit status is 2. */
export class Refusal extends Error {
  /** A fault of the document in `input`. */
  static of(input: string, { code, path, message, position }: ErrorDetails): Refusal {
    const where = path === "" ? "" : `${path}: `;
    // JSON's own errors already tell line and column.
    const offset = position >= 0 && code !== "invalid_json" ? ` (position ${position})` : "";
    return new Refusal(`steplab: ${input}: ${where}${message}${offset}\n`);
  }

  /** A file that the system refuses. */
  static ofFile(input: string, attempt: string, thrown: unknown): Refusal {
    return new Refusal(`steplab: ${input}: ${attempt}: ${systemMessage(thrown)}\n`);
  }
}

/** What strerror says; libuv says the same in small letters, but for folders. */
function systemMessage(thrown: unknown): string {
  const errno = (thrown as NodeJS.ErrnoException).errno ?? 0;
  const [name, message] = getSystemErrorMap().get(errno) ?? ["", String(thrown)];
  if (name === "EISDIR") return "Is a directory";
  return message.charAt(0).toUpperCase() + message.slice(1);
}
