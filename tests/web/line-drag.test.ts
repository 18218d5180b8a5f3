// SPDX-License-Identifier: MIT
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newLine } from "../../web/src/state/loop-lines.js";
import { heldAfter, type HeldLine } from "../../web/src/views/held-line.js";
import { landing, moved } from "../../web/src/views/line-drag.js";

/** Rows of these heights, one under the other, four pixels apart. */
function rowsOf(...heights: readonly number[]) {
  let top = 0;
  return heights.map((height) => {
    const row = { top, height };
    top += height + 4;
    return row;
  });
}

describe("a dragged row lands", () => {
  const rows = rowsOf(36, 36, 60, 36);

  test.each([
    ["where it was, when it was hardly moved", 1, 15, 1],
    ["below the next once it covers half of that", 0, 25, 1],
    ["past a taller one only further on", 1, 30, 1],
    ["past it in the end", 1, 40, 2],
    ["last, however far it is pulled", 0, 900, 3],
    ["first, however far it is pulled", 3, -900, 0],
  ])("%s", (_, from, shift, expected) => {
    expect(landing(rows, from, shift)).toBe(expected);
  });
});

test("a move changes the order and nothing else, and can be taken back", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 9 }),
      fc.nat(8),
      fc.nat(8),
      (items, a, b) => {
        const [from, to] = [a % items.length, b % items.length];
        const result = moved(items, from, to);
        expect(result[to]).toBe(items[from]);
        expect(moved(result, to, from)).toEqual(items);
      },
    ),
  );
});

test("a held line goes where the keys take it, and no further than the ends", () => {
  const lines = [newLine("forward"), newLine("backward"), newLine("step")];
  const keys = (...pressed: readonly string[]) =>
    pressed.reduce<HeldLine | null>((held, key) => held && heldAfter(held, key), {
      from: 1,
      index: 1,
      lines,
    });
  expect(keys("ArrowUp", "ArrowUp")).toEqual({
    from: 1,
    index: 0,
    lines: [lines[1], lines[0], lines[2]],
  });
  expect(keys("End")?.index).toBe(2);
  expect(keys("ArrowDown", "Home", "ArrowDown")?.lines).toEqual(lines);
  expect(keys("x")).toBeNull();
});
