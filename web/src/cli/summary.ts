// SPDX-License-Identifier: MIT
/** How a run ended, in a line; with C's formats, so that both command lines say the same. */

import type { Evaluation, RunFrame } from "../engine/types.js";

export function summaryOf(run: RunFrame, evaluation: Evaluation | null): string {
  const { label, status, step, loss, error } = run;
  let text = `${label}: ${status} after ${step} ${step === 1 ? "step" : "steps"}`;
  if (loss !== null) text += `, loss ${general(loss)}`;
  if (evaluation !== null) text += `, test accuracy ${tenths(100 * evaluation.testAccuracy)} %`;
  text += "\n";
  if (error !== null) text += `  step ${error.step}, line ${error.instruction}: ${error.message}\n`;
  return text;
}

/** %.6g */
function general(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [digits, exponent] = sixDigits(value);
  const power = Number(exponent);
  if (power >= -4 && power < 6) {
    return withoutZeros(Number(`${digits}e${exponent}`).toFixed(5 - power));
  }
  const sign = power < 0 ? "-" : "+";
  return `${withoutZeros(digits)}e${sign}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** Digits and exponent; C rounds a half to even where toExponential rounds it up. */
function sixDigits(value: number): [digits: string, exponent: string] {
  const [exact, power] = value.toExponential(100).split("e") as [string, string];
  const end = exact.indexOf(".") + 6;
  if (/[02468]$/.test(exact.slice(0, end)) && /^50*$/.test(exact.slice(end))) {
    return [exact.slice(0, end), power];
  }
  return value.toExponential(5).split("e") as [string, string];
}

function withoutZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** %.1f, which rounds the half of a tenth to even where toFixed rounds it up. */
function tenths(value: number): string {
  const quarters = value * 4;
  return Number.isInteger(quarters) && quarters % 4 === 1
    ? `${Math.floor(value)}.2`
    : value.toFixed(1);
}
