// SPDX-License-Identifier: MIT
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toBase64Url } from "../../web/src/experiment/base64url.js";
import { deflate } from "../../web/src/experiment/deflate.js";
import type { Experiment } from "../../web/src/experiment/experiment.generated.js";
import {
  MAX_DOCUMENT_BYTES,
  MAX_LINK_LENGTH,
  VIEWS,
  decodeExperiment,
  decodeLink,
  encodeExperiment,
  encodeLink,
  parseExperiment,
  type Link,
} from "../../web/src/experiment/link.js";

const rosenbrock: Experiment = {
  version: 1,
  seed: 7,
  steps: 500,
  problem: {
    kind: "surface",
    formula: "(1-x)^2 + 100*(y-x^2)^2",
    start: [-1.5, 2],
  },
  runs: [
    {
      label: "Adam",
      optimizer: { name: "Adam", lr: 0.001, betas: [0.9, 0.999] },
    },
    { label: "Größe 0,1 → SGD", optimizer: { name: "SGD", lr: 0.1 } },
  ],
};

/** Documents with every kind of value that JSON has; the codec does not ask what they mean. */
const documents = fc
  .object({
    maxDepth: 4,
    values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null)],
  })
  .map((value) => JSON.parse(JSON.stringify(value)) as Experiment)
  .filter((value) => !JSON.stringify(value).includes("__proto__"));

const links: fc.Arbitrary<Link> = fc.record(
  {
    preset: fc.string({ unit: "grapheme" }),
    experiment: documents,
    view: fc.constantFrom(...VIEWS),
    step: fc.integer({ min: 0, max: 1_000_000 }),
    instruction: fc.integer({ min: 0, max: 31 }),
    settings: fc.dictionary(
      fc.stringMatching(/^s[a-z-]{0,20}$/).filter((name) => name !== "step"),
      fc.string({ unit: "grapheme" }),
      { minKeys: 1, maxKeys: 4 },
    ),
  },
  { requiredKeys: [] },
);

async function code(document: unknown): Promise<string> {
  return toBase64Url(await deflate(JSON.stringify(document)));
}

describe("a link", () => {
  test("gives back what was put in", async () => {
    await fc.assert(
      fc.asyncProperty(links, async (link) => {
        const hash = await encodeLink(link);
        if (!hash.ok) return expect(hash.error.code).toBe("too_long");
        expect(await decodeLink(`#${hash.value}`)).toEqual({
          ok: true,
          value: { ...link },
        });
      }),
      { numRuns: 200 },
    );
  });

  test("is readable where it can be", async () => {
    const link: Link = {
      preset: "ravine",
      view: "race",
      step: 37,
      settings: { speed: "4" },
    };
    expect(await encodeLink(link)).toEqual({
      ok: true,
      value: "preset=ravine&view=race&step=37&speed=4",
    });
  });

  test("holds an ordinary experiment in a few hundred characters", async () => {
    const hash = await encodeLink({ experiment: rosenbrock, step: 12 });
    expect(hash.ok && hash.value.length).toBeLessThan(400);
  });

  test("never throws, whatever it holds", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.webQueryParameters()), async (text) => {
        expect(typeof (await decodeLink(text)).ok).toBe("boolean");
      }),
      { numRuns: 1000 },
    );
  });

  test("with one character changed is refused or, where that is readable, understood", async () => {
    const good = await encodeExperiment(rosenbrock);
    if (!good.ok) throw new Error(good.error.message);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.value.length - 2),
        fc.constantFrom(..."ABCxyz019-_"),
        async (at, letter) => {
          fc.pre(good.value[at] !== letter);
          const damaged = good.value.slice(0, at) + letter + good.value.slice(at + 1);
          // The checksum finds it; but for two bits of the header that mean nothing to deflate.
          const result = await decodeExperiment(damaged);
          if (result.ok) expect(result.value).toEqual(rosenbrock);
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    ["step=-1", "malformed"],
    ["step=1e3", "malformed"],
    ["step=1000001", "malformed"],
    ["instruction=x", "malformed"],
    ["view=cinema", "malformed"],
    ["x=!!!", "malformed"],
    ["x=AAAA", "malformed"],
    ["x=", "malformed"],
    [`preset=${"a".repeat(MAX_LINK_LENGTH)}`, "too_long"],
  ])("%.40s is refused", async (hash, expected) => {
    const result = await decodeLink(hash);
    expect(result.ok ? "accepted" : result.error.code).toBe(expected);
  });

  test("takes the first of two values and does not know a setting's meaning", async () => {
    expect(await decodeLink("step=3&step=4&speed=8&Bad_Name=1&constructor=2")).toEqual({
      ok: true,
      value: { step: 3, settings: { speed: "8" } },
    });
  });
});

describe("an experiment in a link", () => {
  test("is inflated no further than the limit", async () => {
    const bomb = await code({ pad: "a".repeat(4_000_000) });
    expect(bomb.length).toBeLessThan(MAX_LINK_LENGTH);
    expect(await decodeExperiment(bomb)).toMatchObject({
      ok: false,
      error: { code: "malformed" },
    });
  });

  test("is refused when it is larger than the limit, and accepted just below", async () => {
    const padded = (length: number) => ({
      pad: "a".repeat(length - '{"pad":""}'.length),
    });
    expect((await decodeExperiment(await code(padded(MAX_DOCUMENT_BYTES)))).ok).toBe(true);
    expect((await decodeExperiment(await code(padded(MAX_DOCUMENT_BYTES + 1)))).ok).toBe(false);
  });

  test("is refused when it is no object, too deep or would pollute a prototype", async () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 17; depth++) deep = { deep };
    for (const document of [[], 1, null, "text", deep]) {
      expect((await decodeExperiment(await code(document))).ok).toBe(false);
    }
    expect(parseExperiment('{"runs": [{"__proto__": {"polluted": true}}]}').ok).toBe(false);
    expect(parseExperiment("{").ok).toBe(false);
  });

  test("that is too large for a link says so", async () => {
    const noise = fc.sample(fc.string({ minLength: 200, maxLength: 200 }), 200).join("");
    const result = await encodeExperiment({
      ...rosenbrock,
      runs: [{ label: noise }],
    } as never);
    expect(result.ok ? "accepted" : result.error.code).toBe("too_long");
  });
});
