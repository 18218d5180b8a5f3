// SPDX-License-Identifier: MIT
/** Hands a file to the reader. */

import type { CsvDetail } from "../charts/line-chart.js";

/** Saves a chart's numbers as a CSV file. */
export function saveCsv({ name, csv }: CsvDetail): void {
  saveText(`steplab-${name.replace(/\W+/g, "-")}.csv`, "text/csv", csv);
}

export function saveText(file: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = file;
  link.click();
  URL.revokeObjectURL(address);
}

declare global {
  interface HTMLElementEventMap {
    "download-csv": CustomEvent<CsvDetail>;
  }
}
