// SPDX-License-Identifier: MIT
/** Provisional: written by hand from experiment.hpp until the JSON Schema is merged. */

export type Value = null | boolean | number | number[] | string;

export interface NamedSpec {
  name: string;
  [option: string]: Value;
}

export interface Surface {
  kind: "surface";
  name?: string;
  formula?: string;
  start?: [number, number];
  view?: [number, number, number, number];
}

export interface Task {
  kind: "task";
  data: {
    name: "moons" | "circles" | "spirals" | "blobs" | "digits";
    samples?: number;
    noise?: number;
    seed?: number;
    test_fraction?: number;
  };
  model: { hidden?: number[]; activation?: "relu" | "tanh" | "sigmoid" | "identity" };
  loss?: "cross_entropy" | "mse";
  batch_size?: number;
}

export interface Recorded {
  kind: "recorded";
  parameters: { [name: string]: { shape: number[]; value: number[] } };
  gradients: { [name: string]: number[] | null }[];
}

export type InstructionName =
  | "zero_grad"
  | "forward"
  | "backward"
  | "step"
  | "scheduler_step"
  | "clip_grad_norm"
  | "clip_grad_value";

export type Instruction =
  | InstructionName
  | {
      zero_grad?: { set_to_none?: boolean };
      backward?: { retain_graph?: boolean };
      clip_grad_norm?: number;
      clip_grad_value?: number;
      enabled?: boolean;
      every?: number;
    };

export interface Run {
  label: string;
  optimizer: NamedSpec;
  param_groups?: { params: string[]; [option: string]: Value | string[] }[];
  scheduler?: NamedSpec;
  loop?: Instruction[];
}

export type Edit = { at: number; run?: number } & (
  | { freeze: string }
  | { unfreeze: string }
  | { set: { [option: string]: Value }; group?: number }
);

export interface Experiment {
  version: 1;
  seed?: number;
  steps?: number;
  problem: Surface | Task | Recorded;
  runs: Run[];
  loop?: Instruction[];
  edits?: Edit[];
}
