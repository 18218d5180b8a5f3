// SPDX-License-Identifier: MIT
/** The registry's LaTeX of a hyper-parameter's or a state's symbol. */

/** The symbols of a tuple stand in its one text: `\beta_1, \beta_2`. */
export function symbolsOf(text: string): readonly string[] {
  return text
    .split(/,(?![^{]*\})/)
    .map((symbol) => symbol.trim())
    .filter((symbol) => symbol !== "");
}
