// SPDX-License-Identifier: MIT
/** A broken run to mend: what it is, what may be changed, and what the engine has to find when it is mended. */

import type {
  Experiment,
  Line,
  Loop,
  Problem,
  Run,
  Task,
} from "../experiment/experiment.generated.js";
import type { LoopLine } from "../state/loop-lines.js";

/** What may be changed of the learner's run. Everything else has to stay as it was. */
export type Part =
  | "loop"
  | "learning rate"
  /** The optimizer's name and all of its options. */
  | "optimizer"
  /** The scheduler's options. */
  | "schedule"
  | "loss function"
  | "labels"
  | "feature scale"
  | "activation"
  | "initialisation";

/** What is asked of the mended run; every one is graded by running it. */
export type Criterion =
  /** The doctor's verdict: the same bits as the canonical loop's. */
  | { readonly kind: "same" }
  /** The loss after the last step, over all training data, or of the surface where the run ends. */
  | { readonly kind: "loss"; readonly below: number }
  | { readonly kind: "accuracy"; readonly least: number }
  /** Whether a parameter's value changes between the starts of two steps; `to` is the end by default. */
  | {
      readonly kind: "moved";
      readonly parameter: string;
      readonly moved: boolean;
      readonly from: number;
      readonly to?: number;
    }
  /** The parameters end with the same bits as those of a run with another loop. */
  | { readonly kind: "like"; readonly loop: readonly Line[]; readonly words: string }
  /** The doctor finds nothing of severity error. */
  | { readonly kind: "clean" };

/** A line that is part of the story: taking it away is no solution. */
export interface Kept {
  /** With a capital letter: "The new layer at step 20". */
  readonly words: string;
  readonly line: Partial<LoopLine>;
}

/** How much one has to know: a line; what PyTorch keeps between lines; how lines work on each other. */
export type Difficulty = "gentle" | "middling" | "tricky";

export interface Challenge {
  /** Stable: links and the record of what is solved refer to it. */
  readonly id: string;
  /** The heading that it stands under in the list. */
  readonly topic: string;
  readonly title: string;
  readonly difficulty: Difficulty;
  /** What a colleague would write. */
  readonly story: string;
  /** Its first run is the learner's. */
  readonly experiment: Experiment;
  readonly mayChange: readonly Part[];
  readonly keep?: readonly Kept[];
  readonly goal: readonly Criterion[];
  /** Of rising help; none of them names the line to write. */
  readonly hints: readonly string[];
  /** How many changes the best known solution makes. */
  readonly par: number;
  /** What it was about; told once it is mended. */
  readonly moral: string;
}

export function topic(
  title: string,
  challenges: readonly Omit<Challenge, "topic">[],
): readonly Challenge[] {
  return challenges.map((challenge) => ({ ...challenge, topic: title }));
}

/** One run, under the name by which the grader knows it. */
export function broken(run: Run, problem: Problem, steps: number, loop?: Loop): Experiment {
  return {
    version: 1,
    seed: 7,
    steps,
    problem,
    runs: [{ label: "your run", ...run, ...(loop === undefined ? {} : { loop }) }],
  };
}

/** A small model on data that it can learn. */
export const moons: Task = {
  kind: "task",
  data: { name: "moons", samples: 400, noise: 0.15, seed: 1 },
  model: { hidden: [8], activation: "tanh" },
  batch_size: 32,
};
