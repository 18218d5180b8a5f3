// SPDX-License-Identifier: MIT
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { csvCell, toCsv } from "../../web/src/components/csv.js";
import {
  columnFormat,
  editableNumber,
  formatCount,
  formatIn,
  formatNumber,
  parseNumber,
} from "../../web/src/components/numbers.js";

const column = (values: readonly (number | null)[], digits = 5) => {
  const format = columnFormat(
    values.filter((value) => value !== null),
    digits,
  );
  return values.map((value) => formatIn(format, value));
};

describe("a column of numbers", () => {
  test("has one precision and a true minus", () => {
    expect(column([2.8236, -19.449])).toEqual(["2.824", "−19.449"]);
    expect(column([1.5, -2])).toEqual(["1.5000", "−2.0000"]);
    expect(column([14, 3])).toEqual(["14", "3"]);
    expect(column([0, 0])).toEqual(["0", "0"]);
  });

  test("turns to exponents where fixed digits would lose the small or drown in the large", () => {
    expect(column([1234567.5, 1])).toEqual(["1.235e6", "1.000e0"]);
    expect(column([12, 1.2e-7])[1]).toBe("1.200e−7");
  });

  test("names what is no number", () => {
    expect(column([1.5, null, NaN, Infinity, -Infinity])).toEqual([
      "1.5000",
      "None",
      "NaN",
      "∞",
      "−∞",
    ]);
  });

  test("never shows a number other than zero as zero", () => {
    const numbers = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 });
    fc.assert(
      fc.property(numbers, (values) => {
        column(values).forEach((text, at) => {
          if (values[at] !== 0) expect(text).toMatch(/[1-9]/);
        });
      }),
    );
  });
});

test("a number on its own is short", () => {
  expect(
    [0.001, 1234567, -1.2e-7, 0, 123456, 0.1 + 0.2].map((value) => formatNumber(value)),
  ).toEqual(["0.001", "1.235e6", "−1.2e−7", "0", "123456", "0.3"]);
  expect(formatNumber(null)).toBe("None");
  expect(formatCount(1234567)).toBe("1\u202f234\u202f567");
});

describe("typed numbers", () => {
  test.each([
    ["1e-3", 0.001],
    ["0,001", 0.001],
    ["−2", -2],
    [" 1 000 ", 1000],
    ["1/4", 0.25],
    ["2^-4", 0.0625],
    [".5", 0.5],
  ])("understands %s", (text, value) => expect(parseNumber(text)).toBe(value));

  test.each(["", "abc", "1e", "1,2,3", "--1", "1/0", "NaN", "Infinity", "0x10"])(
    "refuses %j",
    (text) => expect(parseNumber(text)).toBeNull(),
  );

  test("reads back what it writes", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseNumber(editableNumber(value))).toBe(value + 0);
      }),
    );
  });
});

describe("CSV", () => {
  test("leaves numbers plain and empties what is missing", () => {
    expect(
      toCsv(
        ["step", "loss"],
        [
          [0, -1.5],
          [1, null],
          [2, NaN],
          [3, -Infinity],
        ],
      ),
    ).toBe("step,loss\r\n0,-1.5\r\n1,\r\n2,nan\r\n3,-inf\r\n");
  });

  test("quotes text that would break a row", () => {
    expect(csvCell('say "a, b"')).toBe('"say ""a, b"""');
    expect(csvCell("two\nlines")).toBe('"two\nlines"');
    expect(csvCell("Adam 1e-3")).toBe("Adam 1e-3");
  });

  test.each(["=1+1", "+1", "-1", "@cmd", "\tx"])("keeps the text %j from being run", (text) => {
    expect(csvCell(text)).toBe(`"'${text}"`);
  });
});
