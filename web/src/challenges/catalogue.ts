// SPDX-License-Identifier: MIT
/** Every challenge, in the order in which the list has them. */

import { blamelessChallenges } from "./blameless.js";
import type { Challenge } from "./challenge.js";
import { gradientChallenges } from "./gradients.js";
import { orderChallenges } from "./order.js";
import { rateChallenges } from "./rates.js";
import { stateChallenges } from "./state.js";

export const challenges: readonly Challenge[] = [
  ...gradientChallenges,
  ...orderChallenges,
  ...stateChallenges,
  ...rateChallenges,
  ...blamelessChallenges,
];

export function challengeOf(id: string | null): Challenge | null {
  return challenges.find((challenge) => challenge.id === id) ?? null;
}
