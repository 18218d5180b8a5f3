// SPDX-License-Identifier: MIT
/** Generated from core/src/experiment/experiment.schema.json by `npm run generate`. */

/**
 * What is minimised.
 */
export type Problem = FormulaSurface | NamedSurface | Task | Recorded;
/**
 * Where x and y start. Default: the named surface's own start, or the origin.
 *
 * @minItems 2
 * @maxItems 2
 */
export type Point = [Coordinate, Coordinate];
export type Coordinate = number;
/**
 * What the picture shows: x min, x max, y min, y max.
 *
 * @minItems 4
 * @maxItems 4
 */
export type View = [Coordinate, Coordinate, Coordinate, Coordinate];
/**
 * What the model learns from.
 */
export type Data = ToyData | DigitsData;
/**
 * Share of the samples held out for testing.
 */
export type TestFraction = number;
/**
 * Rounded to float32.
 */
export type Element = number;
/**
 * The value of a hyper-parameter: None, a flag, a number, a tuple of numbers or a name.
 */
export type Option = null | boolean | number | number[] | string;
/**
 * A parameter as PyTorch names it, for example x, or 0.weight.
 */
export type ParameterName = string;
/**
 * One line of the training loop: a name, a clipping with its limit, or the long form with `do`.
 */
export type Line =
  PlainLine | ClipGradNorm | ClipGradValue | DoPlain | DoZeroGrad | DoBackward | DoClipGradNorm | DoClipGradValue;
export type PlainLine = "zero_grad" | "forward" | "backward" | "step" | "scheduler_step";
/**
 * The largest norm or value that clipping lets through.
 */
export type Limit = number;
/**
 * false keeps the line but strikes it out.
 */
export type Enabled = boolean;
/**
 * Runs in iterations `every`, twice `every`, and so on, counted from 1.
 */
export type Every = number;
/**
 * The lines of the training loop.
 */
export type Loop = Line[];
/**
 * Something that happens before an iteration begins.
 */
export type Edit = FreezeEdit | UnfreezeEdit | SetEdit;
/**
 * The iteration before which it happens, counted from 0.
 */
export type At = number;
/**
 * Index of the run it concerns. Default: all runs.
 */
export type RunIndex = number;

/**
 * A StepLab experiment: a problem, the optimizers that race on it, and the training loop they run.
 */
export interface Experiment {
  /**
   * Version of this format.
   */
  version: 1;
  /**
   * Draws the initial weights and the order of the mini-batches.
   */
  seed?: number;
  /**
   * Iterations of the loop.
   */
  steps?: number;
  problem: Problem;
  /**
   * The contestants: all start from the same parameters and see the same mini-batches.
   */
  runs: Run[];
  /**
   * What one iteration does, line by line.
   */
  loop?: Loop;
  /**
   * Changes along the way, in order of `at`.
   */
  edits?: Edit[];
}
/**
 * A loss over two scalar parameters, x and y, by formula.
 */
export interface FormulaSurface {
  kind: "surface";
  /**
   * In x and y, with + - * / ^, parentheses, sin cos tan exp log sqrt abs tanh, pi and e.
   */
  formula: string;
  start?: Point;
  view?: View;
}
/**
 * One of the surfaces that StepLab knows.
 */
export interface NamedSurface {
  kind: "surface";
  /**
   * Key of the surface.
   */
  name:
    | "rosenbrock"
    | "beale"
    | "himmelblau"
    | "booth"
    | "rastrigin"
    | "ackley"
    | "ravine"
    | "saddle"
    | "plateau"
    | "quadratic"
    | "ill_conditioned_quadratic"
    | "styblinski_tang";
  start?: Point;
  view?: View;
}
/**
 * A multilayer perceptron trained on data.
 */
export interface Task {
  kind: "task";
  data: Data;
  model?: Model;
  /**
   * What is minimised: torch.nn.CrossEntropyLoss or torch.nn.MSELoss.
   */
  loss?: "cross_entropy" | "mse";
  /**
   * Samples in a mini-batch.
   */
  batch_size?: number;
}
/**
 * Points in the plane, drawn from a seed.
 */
export interface ToyData {
  name: "moons" | "circles" | "spirals" | "blobs";
  /**
   * How many points.
   */
  samples?: number;
  /**
   * Standard deviation of the noise added to the points.
   */
  noise?: number;
  /**
   * Draws the points.
   */
  seed?: number;
  test_fraction?: TestFraction;
}
/**
 * 1,797 handwritten digits of 8 by 8 pixels.
 */
export interface DigitsData {
  name: "digits";
  test_fraction?: TestFraction;
}
/**
 * Linear layers with one activation between them.
 */
export interface Model {
  /**
   * Widths of the hidden layers.
   */
  hidden?: number[];
  /**
   * Applied after every layer but the last.
   */
  activation?: "relu" | "tanh" | "sigmoid" | "identity";
}
/**
 * Parameters and the gradients that backward adds, step by step: an optimizer on its own.
 */
export interface Recorded {
  kind: "recorded";
  /**
   * By name, in the order the optimizer sees them; 1,000,000 elements in all.
   */
  parameters: {
    [k: string]: RecordedParameter;
  };
  /**
   * For every step the gradients by parameter; null or a missing name adds none. Steps past the end begin again at the first.
   */
  gradients: {
    [k: string]: Element[] | null;
  }[];
}
/**
 * A tensor's shape and its values, row by row.
 */
export interface RecordedParameter {
  /**
   * Sizes of the axes, outermost first; empty for a scalar.
   */
  shape: number[];
  /**
   * The elements, row by row.
   */
  value: Element[];
}
/**
 * One contestant.
 */
export interface Run {
  /**
   * What charts call it. Default: the optimizer's name and learning rate. A label that is taken gets a number.
   */
  label?: string;
  optimizer: Optimizer;
  /**
   * PyTorch's param_groups: names of parameters, each with options of its own. Default: one group of all parameters.
   */
  param_groups?: ParamGroup[];
  scheduler?: Scheduler;
  /**
   * This run's own loop, in place of the experiment's.
   */
  loop?: Loop;
}
/**
 * A class of torch.optim by name; the other keys are its options, with PyTorch's names and defaults.
 */
export interface Optimizer {
  name: string;
  [k: string]: Option | string;
}
/**
 * Parameters by name; the other keys are options that differ from the optimizer's.
 */
export interface ParamGroup {
  /**
   * Names of parameters.
   */
  params: ParameterName[];
  [k: string]: Option | ParameterName[];
}
/**
 * A class of torch.optim.lr_scheduler by name; the other keys are its options, with PyTorch's names and defaults.
 */
export interface Scheduler {
  name: string;
  [k: string]: Option | string;
}
/**
 * torch.nn.utils.clip_grad_norm_ over all parameters.
 */
export interface ClipGradNorm {
  clip_grad_norm: Limit;
}
/**
 * torch.nn.utils.clip_grad_value_ over all parameters.
 */
export interface ClipGradValue {
  clip_grad_value: Limit;
}
export interface DoPlain {
  do: "forward" | "step" | "scheduler_step";
  enabled?: Enabled;
  every?: Every;
}
export interface DoZeroGrad {
  do: "zero_grad";
  enabled?: Enabled;
  every?: Every;
  /**
   * Drop the gradient, as PyTorch does by default, or fill it with zeros.
   */
  set_to_none?: boolean;
}
export interface DoBackward {
  do: "backward";
  enabled?: Enabled;
  every?: Every;
  /**
   * Keep what a second backward needs.
   */
  retain_graph?: boolean;
}
export interface DoClipGradNorm {
  do: "clip_grad_norm";
  enabled?: Enabled;
  every?: Every;
  max_norm: Limit;
}
export interface DoClipGradValue {
  do: "clip_grad_value";
  enabled?: Enabled;
  every?: Every;
  clip_value: Limit;
}
/**
 * requires_grad = False.
 */
export interface FreezeEdit {
  at: At;
  run?: RunIndex;
  freeze: ParameterName;
}
/**
 * requires_grad = True.
 */
export interface UnfreezeEdit {
  at: At;
  run?: RunIndex;
  unfreeze: ParameterName;
}
/**
 * Writes options into the optimizer's param_groups.
 */
export interface SetEdit {
  at: At;
  run?: RunIndex;
  /**
   * Options by PyTorch's names.
   */
  set: {
    [k: string]: Option;
  };
  /**
   * Index of the param_group. Default: every group.
   */
  group?: number;
}
