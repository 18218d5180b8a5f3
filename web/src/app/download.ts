// SPDX-License-Identifier: MIT
/** Hands a file to the reader. */

import type { CsvDetail } from "../charts/line-chart.js";

/** Saves a chart's numbers as a CSV file. */
export function saveCsv({ name, csv }: CsvDetail): void {
  const address = URL.createObjectURL(new Blob([csv], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `steplab-${name.replace(/\W+/g, "-")}.csv`;
  link.click();
  URL.revokeObjectURL(address);
}

declare global {
  interface HTMLElementEventMap {
    "download-csv": CustomEvent<CsvDetail>;
  }
}
