// SPDX-License-Identifier: MIT
/** Playwright's test with StepLab's conditions: a console error or a policy violation fails any test. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { test as base, expect, type Page } from "@playwright/test";

export { expect, type Page };

interface Fixtures {
  /** What went wrong in the page so far; a test that provokes errors empties it. */
  readonly faults: string[];
}

export const test = base.extend<Fixtures>({
  faults: [
    async ({ page }, use) => {
      const faults: string[] = [];
      page.on("console", (message) => {
        // A violation of the policy is one of these, in workers too.
        if (message.type() === "error") faults.push(`console: ${message.text()}`);
      });
      page.on("pageerror", (error) => faults.push(`uncaught: ${error.message}`));
      page.on("requestfailed", (request) => {
        // Leaving a page cuts off what it was loading.
        const reason = request.failure()?.errorText;
        if (reason !== "net::ERR_ABORTED") faults.push(`request: ${request.url()} ${reason}`);
      });
      await page.exposeFunction("reportViolation", (text: string) => faults.push(text));
      await page.addInitScript(() => {
        addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
          const report = (globalThis as unknown as { reportViolation(text: string): void })
            .reportViolation;
          report(`policy: ${effectiveDirective} blocked ${blockedURI}`);
        });
      });
      await use(faults);
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
});

/** Opens the page as a link leads to it, without motion, and waits until it can be played. */
export async function open(page: Page, hash = ""): Promise<void> {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(`/${hash}`);
  await page.getByRole("button", { name: "Play" }).waitFor();
}

/** A document's text, good or bad, as a link carries it. */
export function codeOf(text: string): string {
  return deflateSync(text).toString("base64url");
}

/** A page of ours with nothing on it, under the policy that all of them are served with. */
export async function openBlank(page: Page): Promise<void> {
  await page.route("**/blank.html", async (route) => {
    const response = await route.fetch({ url: new URL("/embed.html", route.request().url()).href });
    const body =
      "<!doctype html><html lang='en'><title>Blank</title><link rel='icon' href='data:,' />";
    await route.fulfill({ response, body });
  });
  await page.goto("/blank.html");
}

const axeSource = readFileSync(
  createRequire(join(__dirname, "../../web/package.json")).resolve("axe-core/axe.min.js"),
  "utf8",
);

/** What axe finds against WCAG 2.2 A and AA; evaluated through the debugger, which no policy stops. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    interface Axe {
      run(options: object): Promise<{
        violations: { id: string; help: string; nodes: { target: unknown[] }[] }[];
      }>;
    }
    const { axe } = globalThis as unknown as { axe: Axe };
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const { violations } = await axe.run({ runOnly: { type: "tag", values: tags } });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target }) => `${id}: ${help} at ${target.join(" ")}`),
    );
  });
}
