// SPDX-License-Identifier: MIT
/** Writes the TypeScript type of an Experiment from its JSON Schema, the single source of both. */

import { readFile, writeFile } from "node:fs/promises";
import { compile } from "json-schema-to-typescript";

const schemaUrl = new URL("../../core/src/experiment/experiment.schema.json", import.meta.url);
const typesUrl = new URL("../src/experiment/experiment.generated.ts", import.meta.url);

const schema = JSON.parse(await readFile(schemaUrl, "utf8"));
const types = await compile(schema, "Experiment", {
  additionalProperties: false,
  bannerComment:
    "// SPDX-License-Identifier: MIT\n/** Generated from core/src/experiment/experiment.schema.json by `npm run generate`. */",
});
await writeFile(typesUrl, types);
