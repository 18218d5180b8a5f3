// SPDX-License-Identifier: MIT
/** Whether an optimizer updates a parameter, and if not, why. */

import type { ParameterFrame } from "../engine/types.js";

export type Ownership =
  /** A group of the optimizer has it, and it gets gradients. */
  | "owned"
  /** requires_grad is False: the group has it, but backward gives it no more gradients. */
  | "frozen"
  /** No group has it: nothing will ever move it. */
  | "orphaned"
  /** A group has it still, but the model does not: it is trained for nothing. */
  | "stale";

/** In the order of the parameters: the model's, then those that have left it, whose names may be taken again. */
export function ownershipsOf(parameters: readonly ParameterFrame[]): readonly Ownership[] {
  const seen = new Set<string>();
  return parameters.map(({ name, group, requiresGrad }) => {
    const again = seen.has(name);
    seen.add(name);
    if (again) return "stale";
    if (group === null) return "orphaned";
    return requiresGrad ? "owned" : "frozen";
  });
}
