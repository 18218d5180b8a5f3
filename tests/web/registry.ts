// SPDX-License-Identifier: MIT
/** Registry entries for tests: whatever a test does not say is empty. */

import type { HyperParameterInfo, OptimizerInfo } from "../../web/src/engine/types.js";

export function hyperParameter(
  given: Pick<HyperParameterInfo, "name" | "default"> & Partial<HyperParameterInfo>,
): HyperParameterInfo {
  return {
    symbol: "",
    min: 0,
    max: 1,
    scale: "linear",
    choices: [],
    required: false,
    internal: false,
    doc: "",
    ...given,
  };
}

export function optimizerInfo(
  given: Pick<OptimizerInfo, "name"> & Partial<OptimizerInfo>,
): OptimizerInfo {
  return {
    family: "",
    summary: "",
    pytorch_class: "",
    checked_against: "",
    agreement: "",
    needs_closure: false,
    matrices_only: false,
    sparse_gradients: "refused",
    engine: "small",
    paper: "",
    formula: "",
    hyper_parameters: [],
    state: [],
    symbols: [],
    ...given,
  };
}
