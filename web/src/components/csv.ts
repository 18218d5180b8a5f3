// SPDX-License-Identifier: MIT
/** Tables as CSV (RFC 4180) that a spreadsheet opens without running anything in it. */

export type CsvCell = string | number | null;

/** A table with a header; rows end in CRLF. Numbers read back to the same value; null is an empty cell. */
export function toCsv(header: readonly string[], rows: Iterable<readonly CsvCell[]>): string {
  let text = line(header);
  for (const row of rows) text += line(row);
  return text;
}

/** One cell, quoted where it must be. */
export function csvCell(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return plainNumber(cell);
  // A spreadsheet takes text that begins with one of these for a formula; an apostrophe keeps it text.
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) || safe !== cell ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function line(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function plainNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return String(value);
}
