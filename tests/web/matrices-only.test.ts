// SPDX-License-Identifier: MIT
import { expect, test } from "vitest";
import type { Experiment } from "../../web/src/experiment/experiment.generated.js";
import { withMatricesOnly } from "../../web/src/state/matrices-only.js";
import { moment, parameter, runFrame } from "./frames.js";
import { realEngine } from "./real-engine.js";
import { optimizerInfo } from "./registry.js";

const experiment: Experiment = {
  version: 1,
  problem: { kind: "task", data: { name: "moons" }, model: { hidden: [4] } },
  runs: [{ optimizer: { name: "Muon" } }, { optimizer: { name: "Adam" } }],
};

const model = moment([
  runFrame([
    parameter("0.weight", { shape: [4, 2] }),
    parameter("0.bias", { shape: [4] }),
    parameter("2.weight", { shape: [2, 4] }),
    parameter("2.bias", { shape: [2] }),
  ]),
]);

test("an optimizer that the engine refuses for a bias is given the weights, and accepted", async () => {
  const engine = await realEngine();
  const { optimizers } = await engine.registry();
  await expect(engine.createSession(experiment)).rejects.toThrow(
    "Muon only supports 2D parameters",
  );
  const mended = withMatricesOnly(experiment, optimizers, model)!;
  expect(mended.optimizer).toBe("Muon");
  expect(mended.experiment.runs[0]?.param_groups).toEqual([{ params: ["0.weight", "2.weight"] }]);
  expect(mended.experiment.runs[1]).toEqual(experiment.runs[1]);
  const session = await engine.createSession(mended.experiment);
  expect((await session.advance(3)).runs[0]?.status).toBe("running");
  expect(withMatricesOnly(mended.experiment, optimizers, model)).toBeNull();
});

test("groups that hold a bias are exchanged too", () => {
  const grouped: Experiment = {
    ...experiment,
    runs: [
      {
        optimizer: { name: "Muon" },
        param_groups: [{ params: ["0.weight", "2.weight"] }, { params: ["0.bias", "2.bias"] }],
      },
    ],
  };
  const muon = [optimizerInfo({ name: "Muon", matrices_only: true })];
  const mended = withMatricesOnly(grouped, muon, model);
  expect(mended?.experiment.runs[0]?.param_groups).toEqual([{ params: ["0.weight", "2.weight"] }]);
});

test("others have no such need, and a surface has no matrix", async () => {
  const { optimizers } = await (await realEngine()).registry();
  const others = { ...experiment, runs: [{ optimizer: { name: "Adam" } }] };
  expect(withMatricesOnly(others, optimizers, model)).toBeNull();
  const surface = moment([runFrame([parameter("x"), parameter("y")])]);
  expect(withMatricesOnly(experiment, optimizers, surface)).toBeNull();
});
