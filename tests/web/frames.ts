// SPDX-License-Identifier: MIT
/** Moments of a session for tests: whatever a test does not say is at rest. */

import type { Frame, ParameterFrame, RunFrame } from "../../web/src/engine/types.js";

export function parameter(name: string, given: Partial<ParameterFrame> = {}): ParameterFrame {
  return {
    name,
    shape: [],
    value: Float32Array.of(1),
    grad: null,
    update: null,
    requiresGrad: true,
    group: 0,
    state: [],
    ...given,
  };
}

export function runFrame(
  parameters: readonly ParameterFrame[],
  given: Partial<RunFrame> = {},
): RunFrame {
  return {
    label: "",
    status: "running",
    error: null,
    step: 0,
    loss: null,
    lr: [0.1],
    parameters,
    inspection: null,
    ...given,
  };
}

export function moment(runs: readonly RunFrame[], given: Partial<Frame> = {}): Frame {
  return {
    iteration: 0,
    instruction: 0,
    furthest: 0,
    steps: 10,
    finished: false,
    runs,
    ...given,
  };
}
