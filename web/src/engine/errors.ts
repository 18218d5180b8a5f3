// SPDX-License-Identifier: MIT
/** The one error of the engine: everything that can be told apart by its `code`. */

import type { ErrorCode, ErrorDetails } from "./types.js";

/** What every method of the engine rejects with. */
export class StepLabError extends Error implements ErrorDetails {
  readonly code: ErrorCode;
  /** JSON Pointer of the offending value in the experiment, or "". */
  readonly path: string;
  /** Offset in the formula or the JSON text, or -1. */
  readonly position: number;

  constructor({ code, path, message, position }: ErrorDetails) {
    super(message);
    this.name = "StepLabError";
    this.code = code;
    this.path = path;
    this.position = position;
  }

  /** An error that concerns no place in a document. */
  static of(code: ErrorCode, message: string): StepLabError {
    return new StepLabError({ code, path: "", message, position: -1 });
  }

  /** Whatever was thrown, as a StepLabError: what we do not know is the engine's fault. */
  static from(thrown: unknown): StepLabError {
    if (thrown instanceof StepLabError) return thrown;
    return StepLabError.of("engine", thrown instanceof Error ? thrown.message : String(thrown));
  }

  /** The plain object that crosses threads. */
  details(): ErrorDetails {
    return { code: this.code, path: this.path, message: this.message, position: this.position };
  }
}
