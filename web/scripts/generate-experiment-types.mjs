// SPDX-License-Identifier: MIT
/** Writes the TypeScript type of an Experiment from its JSON Schema, the single source of both. */

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const schemaPath = "core/src/experiment/experiment.schema.json";
const schemaUrl = new URL(`../../${schemaPath}`, import.meta.url);
const typesUrl = new URL("../src/experiment/experiment.generated.ts", import.meta.url);

/** The schema in the words that TypeScript has: no counted lists, no exceptions from an index signature. */
function expressible(schema) {
  if (Array.isArray(schema)) return schema.map(expressible);
  if (typeof schema !== "object" || schema === null) return schema;
  const result = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, expressible(value)]),
  );
  // A range of lengths would become a union of tuples; a fixed length is a tuple that we want.
  if (result.minItems !== result.maxItems) {
    delete result.minItems;
    delete result.maxItems;
  }
  // In TypeScript the index signature speaks of the named properties as well.
  if (result.properties && typeof result.additionalProperties === "object") {
    const named = Object.values(result.properties).map(({ description: _, ...type }) => type);
    result.additionalProperties = { anyOf: [result.additionalProperties, ...named] };
  }
  return result;
}

const schema = JSON.parse(await readFile(schemaUrl, "utf8"));
const types = await compile(expressible(schema), "Experiment", {
  additionalProperties: false,
  bannerComment: `// SPDX-License-Identifier: MIT\n/** Generated from ${schemaPath} by \`npm run generate\`. */`,
});
await writeFile(fileURLToPath(typesUrl), types);
