// SPDX-License-Identifier: MIT
/** Types of what the build puts in: the Emscripten glue and addresses of built files. */

declare module "#steplab" {
  /** Emscripten's factory of the small module, built from wasm/. */
  const create: import("./core-module.js").CoreFactory;
  export default create;
}

declare module "#steplab-full" {
  const create: import("./core-module.js").CoreFactory;
  export default create;
}

declare module "#steplab.wasm?url" {
  const address: string;
  export default address;
}

declare module "#steplab-full.wasm?url" {
  const address: string;
  export default address;
}

declare module "#registry.json" {
  /** What `steplab optimizers` printed when this was built. */
  const registry: import("./types.js").Registry;
  export default registry;
}

declare module "#registry.json?raw" {
  const text: string;
  export default text;
}

declare module "#digits.bin?url" {
  const address: string;
  export default address;
}

declare module "*?worker&url" {
  const address: string;
  export default address;
}
