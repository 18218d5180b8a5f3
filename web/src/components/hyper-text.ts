// SPDX-License-Identifier: MIT
/** Hyper-parameters' values as Python writes them. */

import type { HyperValue } from "../engine/types.js";
import { formatNumber } from "./numbers.js";

export function hyperText(value: HyperValue): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return formatNumber(value, 6);
  if (typeof value === "string") return `"${value}"`;
  return `(${value.map((each) => (each === null ? "None" : formatNumber(each, 6))).join(", ")})`;
}
