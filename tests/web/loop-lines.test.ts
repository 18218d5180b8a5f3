// SPDX-License-Identifier: MIT
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ParameterFrame } from "../../web/src/engine/types.js";
import type { Experiment } from "../../web/src/experiment/experiment.generated.js";
import { freshLine, nameable, unavailable } from "../../web/src/state/fresh-line.js";
import {
  codeContext,
  conditionOf,
  constructorOf,
  headerOf,
  pythonOf,
} from "../../web/src/state/loop-code.js";
import {
  lineKinds,
  loopAt,
  newLine,
  readLine,
  runsIn,
  writeLine,
  type LineKind,
  type LoopLine,
} from "../../web/src/state/loop-lines.js";
import { parameter } from "./frames.js";

describe("a line", () => {
  const names = fc.array(fc.constantFrom("0.weight", "0.bias", "2.weight"), { minLength: 1 });
  const line: fc.Arbitrary<LoopLine> = fc
    .record({
      kind: fc.constantFrom(...lineKinds),
      enabled: fc.boolean(),
      every: fc.integer({ min: 1, max: 9 }),
      at: fc.option(fc.integer({ min: 0, max: 9 })),
      limit: fc.double({ min: 0, max: 10, noNaN: true }),
      normType: fc.constantFrom<LoopLine["normType"]>(1, 2, "inf"),
      errorIfNonfinite: fc.boolean(),
      setToNone: fc.boolean(),
      retainGraph: fc.boolean(),
      noGrad: fc.boolean(),
      divisor: fc.integer({ min: 1, max: 64 }),
      params: names,
      options: fc.record({ lr: fc.double({ min: 0, max: 1, noNaN: true }) }),
      layer: fc.constantFrom("0", "2"),
    })
    .map((each) => ({ ...each, every: each.at === null ? each.every : 1 }));
  /** What a document has no room for on other kinds of lines. */
  const known = (given: LoopLine): LoopLine => {
    const bare = newLine(given.kind);
    const { kind } = given;
    const named = /freeze|group/.test(kind);
    return {
      ...bare,
      enabled: given.enabled,
      every: given.every,
      at: given.at,
      limit: kind.startsWith("clip") ? given.limit : bare.limit,
      normType: kind === "clip_grad_norm" ? given.normType : bare.normType,
      errorIfNonfinite: kind === "clip_grad_norm" && given.errorIfNonfinite,
      setToNone: kind === "zero_grad" ? given.setToNone : bare.setToNone,
      retainGraph: kind === "backward" && given.retainGraph,
      noGrad: kind === "forward" && given.noGrad,
      divisor: kind === "scale_loss" ? given.divisor : bare.divisor,
      params: named ? given.params : bare.params,
      options: kind === "add_param_group" ? given.options : bare.options,
      layer: kind === "replace_layer" ? given.layer : bare.layer,
    };
  };

  test("reads back as it was written", () => {
    fc.assert(
      fc.property(line, (given) => {
        expect(readLine(writeLine(given))).toEqual(known(given));
      }),
    );
  });

  test("runs when its condition says so, counted as Python counts", () => {
    const due = (change: Partial<LoopLine>) =>
      [0, 1, 2, 3, 4, 5].filter((step) => runsIn({ ...newLine("step"), ...change }, step));
    expect(due({})).toEqual([0, 1, 2, 3, 4, 5]);
    expect(due({ every: 3 })).toEqual([2, 5]);
    expect(due({ at: 4 })).toEqual([4]);
    expect(due({ at: 4, enabled: false })).toEqual([]);
  });
});

test("the loop at an iteration is the last that edits have made of it", () => {
  const experiment: Experiment = {
    version: 1,
    problem: { kind: "surface", name: "bowl" },
    runs: [{ optimizer: { name: "SGD" } }, { optimizer: { name: "SGD" }, loop: ["forward"] }],
    edits: [
      { at: 3, run: 1, loop: ["backward"] },
      { at: 5, loop: ["step", "step"] },
    ],
  };
  const kinds = (run: number, step: number) =>
    loopAt(experiment, run, step).map(({ kind }) => kind);
  expect(kinds(0, 4)).toEqual(["zero_grad", "forward", "backward", "step"]);
  expect(kinds(1, 2)).toEqual(["forward"]);
  expect(kinds(1, 3)).toEqual(["backward"]);
  expect([kinds(0, 5), kinds(1, 9)]).toEqual([
    ["step", "step"],
    ["step", "step"],
  ]);
});

describe("as PyTorch", () => {
  const task: Experiment = {
    version: 1,
    problem: { kind: "task", data: { name: "moons" }, model: { hidden: [8], activation: "tanh" } },
    runs: [{ optimizer: { name: "Adam", lr: 0.01, betas: [0.9, 0.99] } }],
  };
  const parameters = [
    parameter("0.weight", { shape: [8, 2] }),
    parameter("0.bias", { shape: [8] }),
    parameter("2.weight", { shape: [2, 8] }),
    parameter("2.bias", { shape: [2] }),
  ];
  const context = codeContext(task, task.runs[0]!, parameters);
  const code = (kind: LineKind, change: Partial<LoopLine> = {}) =>
    pythonOf({ ...newLine(kind), ...change }, context);

  test("the frame around the lines", () => {
    expect(headerOf(context)).toBe("for step, (x, y) in enumerate(loader):");
    expect(constructorOf(context)).toBe("Adam(model.parameters(), lr=0.01, betas=(0.9, 0.99))");
    expect(conditionOf({ ...newLine("step"), every: 4 })).toBe("if (step + 1) % 4 == 0:");
    expect(conditionOf({ ...newLine("step"), at: 7 })).toBe("if step == 7:");
    expect(conditionOf(newLine("step"))).toBeNull();
  });

  test.each<[string, LineKind, Partial<LoopLine>]>([
    ["optimizer.zero_grad(set_to_none=False)", "zero_grad", { setToNone: false }],
    ["with torch.no_grad():\n    loss = loss_fn(model(x), y)", "forward", { noGrad: true }],
    ["loss.backward(retain_graph=True)", "backward", { retainGraph: true }],
    ["loss = loss / 4", "scale_loss", {}],
    [
      'clip_grad_norm_(model.parameters(), 1.0, norm_type="inf")',
      "clip_grad_norm",
      { normType: "inf" },
    ],
    [
      "model[0].weight.requires_grad_(False)\nmodel[0].bias.requires_grad_(False)",
      "freeze",
      { params: ["0.weight", "0.bias"] },
    ],
    ["model[2] = nn.Linear(8, 2)", "replace_layer", { layer: "2" }],
    ["model.extend([nn.Tanh(),\n              nn.Linear(2, 2)])", "add_layer", {}],
    [
      'optimizer.add_param_group(\n    {"params": [model[2].bias], "lr": 0.5})',
      "add_param_group",
      { params: ["2.bias"], options: { lr: 0.5 } },
    ],
  ])("%s", (expected, kind, change) => {
    expect(code(kind, change)).toBe(expected);
  });

  test("a surface names its parameters", () => {
    const surface: Experiment = {
      version: 1,
      steps: 60,
      problem: { kind: "surface", name: "bowl" },
      runs: [{ optimizer: { name: "SGD" } }],
    };
    const flat = codeContext(surface, surface.runs[0]!, [parameter("x"), parameter("y")]);
    expect(headerOf(flat)).toBe("for step in range(60):");
    expect(pythonOf({ ...newLine("freeze"), params: ["x"] }, flat)).toBe("x.requires_grad_(False)");
    expect(constructorOf(flat)).toBe("SGD([x, y])");
  });
});

describe("a new line", () => {
  const parameters: readonly ParameterFrame[] = [
    parameter("0.weight"),
    parameter("2.weight"),
    parameter("4.weight", { group: null }),
  ];

  test("has arguments that this model understands", () => {
    expect(freshLine("freeze", parameters, 3).params).toEqual(["0.weight"]);
    expect(freshLine("replace_layer", parameters, 3)).toMatchObject({ layer: "4", at: 3 });
    // Whom no optimizer has is whom a group is for.
    expect(freshLine("add_param_group", parameters, 3).params).toEqual(["4.weight"]);
    expect(freshLine("step", parameters, 3)).toEqual(newLine("step"));
  });

  test("may name what the loop will add, and what it names already", () => {
    const line = { ...newLine("freeze"), params: ["gone"] };
    expect(nameable(["0.weight"], line, [newLine("add_layer")])).toEqual([
      "0.weight",
      "2.weight",
      "2.bias",
      "gone",
    ]);
  });

  test("is barred where the problem has nothing for it", () => {
    expect(unavailable("add_layer", "surface")).toMatch(/model/);
    expect(unavailable("detach", "recorded")).toMatch(/loss/);
    expect(lineKinds.filter((kind) => unavailable(kind, "task") !== null)).toEqual([]);
  });
});
