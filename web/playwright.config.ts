// SPDX-License-Identifier: MIT
/** The built pages in Debian's Chromium, under the strict policy of scripts/serve.mjs. */

import { defineConfig } from "@playwright/test";
import { here } from "./vite.shared.js";

const port = Number(process.env["STEPLAB_TEST_PORT"] ?? 8765);

export default defineConfig({
  testDir: here("../tests/browser"),
  outputDir: here("../test-results"),
  tsconfig: here("../tests/tsconfig.json"),
  workers: 1,
  timeout: 60_000,
  forbidOnly: true,
  reporter: "list",
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        // The other origin of a test is this machine too.
        "--disable-features=LocalNetworkAccessChecks",
      ],
    },
  },
  webServer: {
    command: `node ${here("../scripts/serve.mjs")} --port ${port}`,
    port,
    reuseExistingServer: false,
  },
});
