// SPDX-License-Identifier: MIT
/** Types of what the build puts in: the Emscripten glue and addresses of built files. */

declare module "#steplab" {
  /** Emscripten's factory of the module, built from wasm/. */
  export default function createStepLab(options: {
    instantiateWasm(
      imports: WebAssembly.Imports,
      receive: (instance: WebAssembly.Instance) => void,
    ): object;
    locateFile(name: string): string;
  }): Promise<import("./core-module.js").CoreModule>;
}

declare module "#steplab.wasm?url" {
  const address: string;
  export default address;
}

declare module "#digits.bin?url" {
  const address: string;
  export default address;
}

declare module "*?worker&url" {
  const address: string;
  export default address;
}
