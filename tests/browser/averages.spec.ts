// SPDX-License-Identifier: MIT
// Averages of the weights beside a run: chosen, drawn and judged, without effect on it.

import { expect, open, test, violationsOf, type Page } from "./fixtures.js";

const choice = (page: Page) => page.getByRole("combobox", { name: "average of the weights" });
const lossChart = (page: Page) => page.getByRole("img", { name: /^loss/ });

test("an average is chosen by keyboard, drawn beside its run, and kept in the link", async ({
  page,
}) => {
  await open(page, "#preset=himmelblau&step=9");
  const alone = await lossChart(page).getAttribute("aria-label");
  await choice(page).focus();
  await page.keyboard.press("ArrowDown");
  await expect(choice(page)).toHaveValue("EMA");
  await expect(page.getByRole("textbox", { name: "decay", exact: true })).toHaveValue(/^0\.9/);
  await expect(lossChart(page)).toHaveAttribute("aria-label", /SGD [\d.]+, EMA of SGD [\d.]+/);
  const both = await lossChart(page).getAttribute("aria-label");
  // The run itself does not know of it.
  expect(both?.replace(/, EMA of SGD [^,]+/, "")).toBe(alone);
  await expect(page).not.toHaveURL(/preset=himmelblau/);
  await page.reload();
  await expect(lossChart(page)).toHaveAttribute("aria-label", both!);
  await choice(page).selectOption("none");
  await expect(lossChart(page)).toHaveAttribute("aria-label", alone!);
});

test("its accuracy on the test set stands under its run's", async ({ page }) => {
  await open(page, "#preset=moons&step=30");
  await choice(page).selectOption("SWA");
  const row = page.getByRole("row", { name: /^SWA of / });
  // It begins in the middle of the 600 steps.
  await expect(row).toContainText("–");
  const start = page.getByRole("textbox", { name: "start", exact: true });
  await expect(start).toHaveValue("300");
  await start.fill("10");
  await start.press("Enter");
  await expect(row).not.toContainText("–");
  await expect(row).toContainText("%");
});

for (const [width, scheme] of [
  [1440, "light"],
  [390, "dark"],
] as const) {
  test(`axe has nothing against it at ${width}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    await open(page, "#preset=himmelblau&step=20");
    await choice(page).selectOption("EMA");
    await expect(lossChart(page)).toHaveAttribute("aria-label", /EMA of SGD/);
    expect(await violationsOf(page)).toEqual([]);
  });
}
