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

export function ownershipOf({ group, requiresGrad }: ParameterFrame): Ownership {
  if (group === null) return "orphaned";
  return requiresGrad ? "owned" : "frozen";
}
