// SPDX-License-Identifier: MIT
/** The two builds of the core, and where their files lie. Neither is loaded before it is launched. */

import smallWasm from "#steplab.wasm?url";
import fullWasm from "#steplab-full.wasm?url";
import smallWorker from "./worker.js?worker&url";
import fullWorker from "./full-worker.js?worker&url";
import type { CoreFactory } from "./core-module.js";
import type { EditionName } from "./types.js";

export interface Edition {
  readonly wasmUrl: string;
  readonly worker: URL;
  /** Emscripten's glue, for pages and programs without workers. */
  readonly loadGlue: () => Promise<CoreFactory>;
}

export const editions: Readonly<Record<EditionName, Edition>> = {
  small: {
    wasmUrl: new URL(smallWasm, import.meta.url).href,
    worker: new URL(smallWorker, import.meta.url),
    loadGlue: async () => (await import("#steplab")).default,
  },
  full: {
    wasmUrl: new URL(fullWasm, import.meta.url).href,
    worker: new URL(fullWorker, import.meta.url),
    loadGlue: async () => (await import("#steplab-full")).default,
  },
};
