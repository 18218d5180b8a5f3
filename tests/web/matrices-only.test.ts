// SPDX-License-Identifier: MIT
import { expect, test } from "vitest";
import type { Experiment } from "../../web/src/experiment/experiment.generated.js";
import { takesMatricesOnly, withMatricesOnly } from "../../web/src/state/matrices-only.js";
import { moment, parameter, runFrame } from "./frames.js";
import { realEngine } from "./real-engine.js";

const experiment: Experiment = {
  version: 1,
  problem: { kind: "task", data: { name: "moons" }, model: { hidden: [4] } },
  runs: [{ optimizer: { name: "Muon" } }, { optimizer: { name: "Adam" } }],
};

test("the engine's refusal names the optimizer, and the grouping that it accepts is made of it", async () => {
  const engine = await realEngine();
  const refused: unknown = await engine.createSession(experiment).catch((error: unknown) => error);
  const name = takesMatricesOnly((refused as Error).message);
  expect(name).toBe("Muon");
  const frame = moment([
    runFrame([
      parameter("0.weight", { shape: [4, 2] }),
      parameter("0.bias", { shape: [4] }),
      parameter("2.weight", { shape: [2, 4] }),
      parameter("2.bias", { shape: [2] }),
    ]),
  ]);
  const mended = withMatricesOnly(experiment, "Muon", frame)!;
  expect(mended.runs[0]?.param_groups).toEqual([{ params: ["0.weight", "2.weight"] }]);
  expect(mended.runs[1]).toEqual(experiment.runs[1]);
  const session = await engine.createSession(mended);
  expect((await session.advance(3)).runs[0]?.status).toBe("running");
});

test("other messages have no such way out, and a surface has no matrix", () => {
  expect(takesMatricesOnly("lr must be above 0")).toBeNull();
  const surface = moment([runFrame([parameter("x"), parameter("y")])]);
  expect(withMatricesOnly(experiment, "Muon", surface)).toBeNull();
});
