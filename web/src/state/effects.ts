// SPDX-License-Identifier: MIT
/**
 * What each line of the iteration at hand has changed, told from the moments before and after it. The one
 * place that knows how this is found out.
 */

import type { Frame, ParameterFrame, RunFrame } from "../engine/types.js";
import { ownershipsOf, type Ownership } from "./ownership.js";

/** What one line changed; whatever it left alone is left out. */
export interface LineEffect {
  /** loss.item() after it. */
  readonly loss: number | null;
  /** Norms; null is None. */
  readonly grads: readonly Change<number | null>[];
  /** Norm of the change of a value. */
  readonly moved: readonly { readonly parameter: string; readonly norm: number }[];
  readonly lr: readonly {
    readonly group: number;
    readonly before: number;
    readonly after: number;
  }[];
  readonly requiresGrad: readonly Change<boolean>[];
  /** null: there was no such parameter, or there is none any more. */
  readonly ownership: readonly Change<Ownership | null>[];
  /** Entries of the optimizer's state that came to be. */
  readonly state: readonly { readonly parameter: string; readonly names: readonly string[] }[];
}

export interface Change<T> {
  readonly parameter: string;
  readonly before: T;
  readonly after: T;
}

/** The effects of the lines that have run, in their order; `moments` are before the first, and after each. */
export function effectsOf(moments: readonly Frame[], run: number): readonly LineEffect[] {
  return moments.slice(1).flatMap((after, line) => {
    const [before, now] = [moments[line]?.runs[run], after.runs[run]];
    return before === undefined || now === undefined ? [] : [effectBetween(before, now)];
  });
}

export function effectBetween(before: RunFrame, after: RunFrame): LineEffect {
  const old = placed(before.parameters);
  const places = placed(after.parameters);
  const pairs = [...places].map(([place, now]) => ({ now, was: old.get(place) ?? null }));
  const kept = pairs.filter((pair): pair is Pair => pair.was !== null);
  const gone = [...old].flatMap(([place, was]) => (places.has(place) ? [] : [was]));
  return {
    loss: Object.is(before.loss, after.loss) ? null : after.loss,
    grads: kept
      .filter(({ was, now }) => !sameValues(was.parameter.grad, now.parameter.grad))
      .map(({ was, now }) =>
        change(now.parameter, normOrNone(was.parameter.grad), normOrNone(now.parameter.grad)),
      ),
    moved: kept
      .filter(({ was, now }) => !sameValues(was.parameter.value, now.parameter.value))
      .map(({ was, now }) => ({
        parameter: now.parameter.name,
        norm: distance(was.parameter.value, now.parameter.value),
      })),
    lr: after.lr.flatMap((now, group) => {
      const was = before.lr[group] ?? NaN;
      return Object.is(was, now) ? [] : [{ group, before: was, after: now }];
    }),
    requiresGrad: kept
      .filter(({ was, now }) => was.parameter.requiresGrad !== now.parameter.requiresGrad)
      .map(({ was, now }) =>
        change(now.parameter, was.parameter.requiresGrad, now.parameter.requiresGrad),
      ),
    ownership: [
      ...pairs
        .map(({ was, now }) => change(now.parameter, was?.ownership ?? null, now.ownership))
        .filter((each) => each.before !== each.after),
      ...gone.map((was) => change(was.parameter, was.ownership, null)),
    ],
    state: pairs.flatMap(({ was, now }) => {
      const known = new Set(was?.parameter.state.map(({ name }) => name));
      const names = now.parameter.state.map(({ name }) => name).filter((name) => !known.has(name));
      return names.length === 0 ? [] : [{ parameter: now.parameter.name, names }];
    }),
  };
}

interface Placed {
  readonly parameter: ParameterFrame;
  readonly ownership: Ownership;
}

interface Pair {
  readonly now: Placed;
  readonly was: Placed;
}

/** The parameters by their names; one that has left the model is told from its namesake. */
function placed(parameters: readonly ParameterFrame[]): ReadonlyMap<string, Placed> {
  const ownerships = ownershipsOf(parameters);
  return new Map(
    parameters.map((parameter, index) => {
      const ownership = ownerships[index]!;
      const place = ownership === "stale" ? `${parameter.name}, stale` : parameter.name;
      return [place, { parameter, ownership }];
    }),
  );
}

/** Whether a line left everything as it was. */
export function changedNothing(effect: LineEffect): boolean {
  const { loss, ...lists } = effect;
  return loss === null && Object.values(lists).every((list) => list.length === 0);
}

function change<T>({ name }: ParameterFrame, before: T, after: T): Change<T> {
  return { parameter: name, before, after };
}

function sameValues(a: Float32Array | null, b: Float32Array | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((value, index) => Object.is(value, b[index]));
}

function normOrNone(values: Float32Array | null): number | null {
  return values === null ? null : norm(values);
}

function norm(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}

/** How far the values have gone; all of the way where another tensor has taken the place. */
function distance(from: Float32Array, to: Float32Array): number {
  if (from.length !== to.length) return norm(to);
  let sum = 0;
  for (let k = 0; k < to.length; k++) sum += (to[k]! - from[k]!) ** 2;
  return Math.sqrt(sum);
}
