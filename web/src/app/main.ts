// SPDX-License-Identifier: MIT
/** The site's entry: the engine starts in its worker while the page's own code is still being read. */

import { createEngine } from "../engine/engine.js";

const engine = createEngine();
// Whether it came is the site's to tell.
engine.catch(() => null);
const { openSite } = await import("./site.js");
await openSite(engine);
