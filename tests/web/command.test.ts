// SPDX-License-Identifier: MIT
import { describe, expect, test } from "vitest";
import { parseCommand } from "../../web/src/cli/command.js";

describe("the command line over the wasm", () => {
  test("reads an export", () => {
    expect(parseCommand(["export", "a.json", "--to", "pytorch"])).toEqual({
      kind: "export",
      file: "a.json",
      to: "pytorch",
      out: "-",
      steps: null,
    });
    expect(parseCommand(["export", "--to=csv", "-", "--out", "b.csv", "--steps", "3"])).toEqual({
      kind: "export",
      file: "-",
      to: "csv",
      out: "b.csv",
      steps: 3,
    });
  });

  test("reads what the doctor is asked", () => {
    expect(parseCommand(["doctor", "-"])).toEqual({ kind: "doctor", file: "-" });
  });

  test.each([
    [["doctor"], "FILE is required"],
    [["doctor", "a.json", "--steps", "3"], "not expected: --steps"],
    [["export", "a.json"], "--to is required"],
    [["export", "--to", "csv"], "FILE is required"],
    [["export", "a.json", "--to", "java"], "--to: java not in {pytorch,csv,safetensors}"],
    [["export", "a.json", "--to", "safetensors"], "only the native command line writes"],
    [["export", "a.json", "--to", "csv", "--state"], "not expected: --state"],
    [["run", "a.json", "--to", "csv"], "not expected: --to"],
    [["run", "a.json", "b.json"], "not expected: b.json"],
  ])("refuses %j", (args, message) => {
    expect(() => parseCommand(args)).toThrow(message);
  });
});
