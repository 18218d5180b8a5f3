// SPDX-License-Identifier: MIT
/** The wasm module as `wasm/bindings.cpp` exports it, and how an instance of it is made. */

import type { CoreFactory, CoreModule } from "./core-module.js";

/** An instance of its own, in the browser, in a worker or in Node. */
export async function instantiate(
  create: CoreFactory,
  wasm: WebAssembly.Module,
): Promise<CoreModule> {
  return new Promise((resolve, reject) => {
    create({
      // Instantiating it ourselves is what lets one glue, built for the web, run in Node too: it
      // looks for no file and asks for neither `self` nor `document`.
      instantiateWasm(imports, receive) {
        WebAssembly.instantiate(wasm, imports).then(receive, reject);
        return {};
      },
      // Without it the glue would resolve the file's name against its own address, and a blob:
      // worker's is no base for that.
      locateFile: (name) => name,
    }).then(resolve, reject);
  });
}
