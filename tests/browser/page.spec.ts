// SPDX-License-Identifier: MIT
// The page as a reader meets it: by roles and labels alone, in Chromium, under the strict policy.

import { expect, open, test, violationsOf, type Page } from "./fixtures.js";

const iteration = (page: Page) => page.getByRole("textbox", { name: "Go to iteration" });
const picture = (page: Page) => page.getByRole("img", { name: /contours of the loss/ });

async function goTo(page: Page, step: number): Promise<void> {
  await iteration(page).fill(String(step));
  await iteration(page).press("Enter");
  await expect(page.getByRole("slider", { name: "Step" })).toHaveAttribute(
    "aria-valuetext",
    new RegExp(`^iteration ${step} of`),
  );
}

test("something moves by itself, and stops when asked to", async ({ page }) => {
  await page.goto("/");
  await expect(iteration(page)).not.toHaveValue("0");
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Play" })).toBeVisible();
  const rest = await iteration(page).inputValue();
  await page.waitForTimeout(500);
  await expect(iteration(page)).toHaveValue(rest);
});

test.describe("Loop", () => {
  test("shows what every line does, forward and back", async ({ page }) => {
    await open(page);
    const table = page.getByRole("region", { name: "Parameters after this line" });
    await expect(table.getByRole("row", { name: /^x/ })).toContainText("None");
    for (let line = 0; line < 3; line++) await page.keyboard.press("Shift+ArrowRight");
    await expect(table).toContainText("backward put 10.8 into y.grad, which was None");
    await page.keyboard.press("Shift+ArrowRight");
    await expect(table).toContainText("step moved y by −0.216, from 1.35 to 1.134");
    await page.keyboard.press("Shift+ArrowLeft");
    await expect(table).toContainText("backward put 10.8 into y.grad");
  });

  test("compares the loop with the canonical one and takes changes back", async ({ page }) => {
    await open(page);
    await goTo(page, 14);
    await expect(page.getByText("≠ Different from iteration 2 on")).toBeVisible();
    await page.getByRole("checkbox", { name: "Run optimizer.zero_grad()" }).check();
    await expect(page.getByText("= The same as the canonical loop")).toBeVisible();
    await page.getByRole("heading", { name: /StepLab/ }).click();
    await page.keyboard.press("Control+z");
    await expect(page.getByText("≠ Different from iteration 2 on")).toBeVisible();
  });

  test("moves a line by keyboard and tells what PyTorch raises", async ({ page }) => {
    await open(page);
    await page.getByRole("button", { name: "loss.backward()", exact: true }).focus();
    await page.keyboard.press("Alt+ArrowUp");
    await page.getByRole("heading", { name: /StepLab/ }).click();
    await page.keyboard.press("ArrowRight");
    await expect(page.getByText("NameError: name 'loss' is not defined")).toBeVisible();
    await page.getByRole("button", { name: "loss.backward()", exact: true }).focus();
    await page.keyboard.press("Alt+ArrowDown");
    await page.getByRole("checkbox", { name: "Run optimizer.zero_grad()" }).check();
    await expect(page.getByText("= The same as the canonical loop")).toBeVisible();
  });
});

test.describe("Race", () => {
  test("trains on a surface, steps back, and comes back from its link", async ({ page }) => {
    await open(page, "#preset=rosenbrock");
    await goTo(page, 100);
    const there = await picture(page).getAttribute("aria-label");
    await page.getByRole("button", { name: "Back one iteration" }).click();
    await expect(picture(page)).not.toHaveAttribute("aria-label", there!);
    await page.getByRole("button", { name: "Run one iteration" }).click();
    await expect(picture(page)).toHaveAttribute("aria-label", there!);
    await expect(page).toHaveURL(/step=100/);
    await page.reload();
    await expect(picture(page)).toHaveAttribute("aria-label", there!);
  });

  test("adds, duplicates and removes runs, and changes one of them", async ({ page }) => {
    await open(page, "#preset=himmelblau");
    const runs = page.getByRole("group", { name: "Runs" }).getByRole("listitem");
    await expect(runs).toHaveCount(3);
    await page.getByRole("button", { name: "+ Add a run" }).click();
    await expect(runs).toHaveCount(4);
    await page.getByRole("button", { name: "Duplicate" }).click();
    await expect(runs).toHaveCount(5);
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await expect(runs).toHaveCount(4);
    await page.getByRole("textbox", { name: "lr", exact: true }).fill("0.02");
    await page.getByRole("textbox", { name: "lr", exact: true }).press("Enter");
    await expect(runs.filter({ hasText: "lr 0.02" })).toHaveCount(1);
  });

  test("keeps the last good formula while another is being typed", async ({ page }) => {
    await open(page, "#preset=himmelblau");
    const field = page.getByRole("textbox", { name: "f(x, y) =" });
    await field.fill("(x-1)^2 + 2*y^4");
    await expect(page.getByRole("combobox", { name: "surface" })).toHaveValue("");
    await field.fill("(x-1)^2 + 2*y^");
    await expect(page.getByRole("alert").filter({ hasText: "expected" })).toBeVisible();
    await expect(page.getByText("f(x, y) = (x−1)2 + 2·y4")).toBeVisible();
  });

  test("moves the start by keyboard and by typing", async ({ page }) => {
    await open(page, "#preset=himmelblau");
    await page.getByRole("slider", { name: /Start of the runs/ }).press("ArrowUp");
    await expect(page.getByRole("textbox", { name: "Start y" })).toHaveValue("−2.9");
    await page.getByRole("textbox", { name: "Start x" }).fill("2");
    await page.getByRole("textbox", { name: "Start x" }).press("Enter");
    await expect(picture(page)).toHaveAttribute("aria-label", /at x 2, y −2.9/);
  });
});

test("a reload loses no view's experiment", async ({ page }) => {
  await open(page, "#preset=himmelblau");
  await page.getByRole("button", { name: "+ Add a run" }).click();
  await page.getByRole("button", { name: "Loop", exact: true }).click();
  await expect(page).toHaveURL(/view=loop/);
  await page.reload();
  await page.getByRole("button", { name: "Race", exact: true }).click();
  const runs = page.getByRole("group", { name: "Runs" }).getByRole("listitem");
  await expect(runs).toHaveCount(4);
});

test.describe("Train", () => {
  test("the digits pass 95 % on images they never saw", async ({ page }) => {
    await open(page, "#preset=digits");
    await goTo(page, 700);
    const scores = page.getByRole("table", { name: /Accuracy and loss/ });
    await expect(scores).toContainText("after step 700");
    const text = await scores.getByRole("cell").first().innerText();
    expect(Number.parseFloat(text)).toBeGreaterThan(95);
  });

  test("draws the decision map of another data set and another model", async ({ page }) => {
    await open(page, "#preset=moons");
    await page.getByRole("combobox", { name: "data" }).selectOption("circles");
    await page.getByRole("button", { name: "Add a hidden layer" }).click();
    await expect(page.getByRole("textbox", { name: "Units of hidden layer 3" })).toHaveValue("16");
    await goTo(page, 50);
    await expect(page.getByRole("img", { name: /What Adam says everywhere/ })).toBeVisible();
  });
});

test("a broken link opens the default and says so", async ({ page }) => {
  await open(page, "#x=!!!&view=race");
  await expect(page.getByRole("alert")).toContainText("This link could not be opened");
  await page.getByRole("button", { name: "Dismiss" }).click();
  await page.getByRole("button", { name: "Run one iteration" }).click();
  await expect(iteration(page)).toHaveValue("1");
});

test("presets open from the gallery; keys are listed", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Presets" }).click();
  await page.getByRole("button", { name: /Two moons/ }).click();
  await expect(page.getByRole("button", { name: "Train", exact: true })).toHaveAttribute(
    "aria-current",
    "page",
  );
  await page.getByRole("heading", { name: /StepLab/ }).click();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
});

for (const [hash, scheme, width] of [
  ["", "light", 1440],
  ["#preset=rosenbrock&step=20", "dark", 768],
  ["#preset=digits&step=5", "light", 390],
  ["#preset=backward-twice&step=3", "dark", 390],
  // What a screen of 1280 pixels leaves at 400 % (WCAG 1.4.10).
  ["#preset=learning-rates&step=12", "light", 320],
] as const) {
  test(`axe and the width agree with ${hash || "the first view"} at ${width}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    await open(page, hash);
    // At the end of the page the pinned transport covers nothing.
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    expect(await violationsOf(page)).toEqual([]);
    const overflow = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    expect(overflow).toBe(0);
  });
}
