// SPDX-License-Identifier: MIT
/**
 * Takes the picture of README.md from the built page, at a step that a link names, so that it can be taken again.
 * Run by scripts/picture. usage: node web/scripts/picture.mjs FILE
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

const LINK = "#preset=rosenbrock&view=race&step=200";

const server = spawn(process.execPath, [
  fileURLToPath(new URL("../../scripts/serve.mjs", import.meta.url)),
  "--port",
  "0",
]);
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const [greeting] = await once(createInterface(server.stdout), "line");
  const page = await browser.newPage({
    viewport: { width: 1440, height: 900 },
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  await page.goto(greeting.match(/http:\S+/)[0] + LINK, { waitUntil: "networkidle" });
  // Charts are drawn a frame after their data has come.
  await page.waitForTimeout(1000);
  await page.screenshot({ path: process.argv[2] });
} finally {
  await browser.close();
  server.kill();
}
