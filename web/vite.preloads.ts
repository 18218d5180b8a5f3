// SPDX-License-Identifier: MIT
/** What the site's entry will import is named in the HTML, so that the browser fetches all of it at once. */

import type { HtmlTagDescriptor, Plugin, Rollup } from "vite";

/** `registry` is loaded by every page, although only when it is asked for. */
export function preloads(entry: string, registry: string): Plugin {
  return {
    name: "steplab-preloads",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (_html, { bundle = {}, chunk }) => {
        if (chunk?.facadeModuleId !== entry) return [];
        const files = new Set<string>();
        for (const name of [...chunk.imports, ...chunk.dynamicImports]) follow(name, bundle, files);
        for (const { fileName, moduleIds } of chunksOf(bundle)) {
          if (moduleIds.includes(registry)) files.add(fileName);
        }
        return [...files].map((file): HtmlTagDescriptor => ({
          tag: "link",
          attrs: { rel: "modulepreload", crossorigin: true, href: `./${file}` },
          injectTo: "head",
        }));
      },
    },
  };
}

/** A chunk and what it imports at once. */
function follow(name: string, bundle: Rollup.OutputBundle, files: Set<string>): void {
  const chunk = bundle[name];
  if (files.has(name) || chunk?.type !== "chunk") return;
  files.add(name);
  for (const each of chunk.imports) follow(each, bundle, files);
}

function chunksOf(bundle: Rollup.OutputBundle): Rollup.OutputChunk[] {
  return Object.values(bundle).filter((file) => file.type === "chunk");
}
