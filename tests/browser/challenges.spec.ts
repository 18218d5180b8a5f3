// SPDX-License-Identifier: MIT
// Challenges as a reader meets them: by keyboard alone, over a reload, from a link, on a phone, in both themes.

import { expect, open, test, violationsOf, type Page } from "./fixtures.js";

const panel = (page: Page) => page.getByRole("region", { name: title });
const title = "This loss explodes";
const next = "It runs, and nothing moves";
const goal = (page: Page) => panel(page).getByRole("list", { name: "Goal" });
const hints = (page: Page) => panel(page).getByRole("list", { name: "Hints" });
const doctor = (page: Page) => page.getByRole("region", { name: "The doctor" });

/** Walks by Tab until something of that name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let count = 0; count < 160; count++) {
    const focused = await page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      const words = element?.getAttribute("aria-label") ?? element?.textContent ?? "";
      return words.replace(/\s+/g, " ").trim();
    });
    if (focused.startsWith(name)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reached ${name}`);
}

for (const [width, height] of [
  [1440, 900],
  [390, 844],
] as const) {
  test(`by keyboard alone at ${width} px: opened, hinted at, mended, checked, kept`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height });
    await open(page);
    await tabTo(page, "Challenges");
    await page.keyboard.press("Enter");
    const list = page.getByRole("dialog", { name: "Challenges" });
    await expect(list.getByRole("button", { name: title })).toBeVisible();
    await tabTo(page, "○ This loss explodes");
    await page.keyboard.press("Enter");
    await expect(list).toBeHidden();
    await expect(panel(page).getByRole("heading", { name: title })).toBeFocused();
    await expect(page).toHaveURL(/challenge=loss-explodes/);

    await tabTo(page, "Show a hint");
    await page.keyboard.press("Enter");
    await expect(hints(page).getByRole("listitem")).toHaveCount(1);
    await expect(panel(page).getByRole("button", { name: /^Another hint/ })).toBeFocused();

    // As it stands it is not mended, and the numbers say so.
    await tabTo(page, "Check");
    await page.keyboard.press("Enter");
    await expect(panel(page)).toContainText("Not yet: 2 of 2 goals are open.");
    await expect(page.getByText(/Not yet: 2 of 2 goals are open\. .*Loss below/)).toBeAttached();
    await expect(goal(page)).toContainText(/it is \d/);
    await expect(doctor(page)).toContainText("keeps quiet");

    await tabTo(page, "+ Add a line");
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: /zero_grad/ }).waitFor();
    await page.keyboard.press("z");
    await page.keyboard.press("Enter");
    await expect(
      page.getByRole("button", { name: "optimizer.zero_grad()", exact: true }),
    ).toBeFocused();
    // What was found before is no longer true of what is there.
    await expect(goal(page)).not.toContainText(/it is \d/);

    await page.getByRole("heading", { name: title }).focus();
    await tabTo(page, "Check");
    await page.keyboard.press("Enter");
    await expect(panel(page)).toContainText("Mended with one change: that is par.");
    // Said as well as shown, with what it was about.
    await expect(
      page.getByText(/^Mended with one change: that is par\. backward adds to \.grad/),
    ).toBeAttached();
    await expect(panel(page).getByRole("button", { name: "Next" })).toBeFocused();
    await expect(doctor(page)).toContainText("= The same as the canonical loop");

    await expect(page).toHaveURL(/challenge=loss-explodes.*x=/);
    await page.waitForTimeout(400);
    await page.reload();
    await expect(panel(page)).toContainText("✓ mended");
    await expect(hints(page).getByRole("listitem")).toHaveCount(1);
    await expect(
      page.getByRole("button", { name: "optimizer.zero_grad()", exact: true }),
    ).toBeVisible();

    await tabTo(page, "Next");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: next })).toBeFocused();
    await tabTo(page, "Challenges");
    await page.keyboard.press("Enter");
    await expect(list).toContainText("1 mended");
    await expect(list.getByRole("button", { name: /This loss explodes.*mended/ })).toBeVisible();
    await page.keyboard.press("Escape");
    await tabTo(page, "Leave");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: next })).toBeHidden();
    await expect(page).not.toHaveURL(/challenge=/);
  });
}

test("a link to a solution opens it elsewhere, where it can be checked", async ({
  page,
  browser,
  baseURL,
}) => {
  const name = "The loss stops at 0.31";
  const field = (where: Page) =>
    where.getByRole("region", { name }).getByRole("combobox", { name: "loss function" });
  await open(page, "#challenge=softmax-twice");
  await field(page).selectOption("CrossEntropyLoss of the scores");
  await expect(page).toHaveURL(/challenge=softmax-twice.*x=/);
  await page.waitForTimeout(600);
  const hash = new URL(page.url()).hash;

  const context = await browser.newContext({ reducedMotion: "reduce" });
  const other = await context.newPage();
  await other.goto(`${baseURL}/${hash}`);
  const region = other.getByRole("region", { name });
  await expect(field(other)).toHaveValue("cross_entropy");
  await region.getByRole("button", { name: "Check" }).click();
  await expect(region).toContainText("Mended with one change: that is par.");
  // Starting over takes it back, and undo brings it again.
  await region.getByRole("button", { name: "Start over" }).click();
  await expect(field(other)).toHaveValue("cross_entropy_of_softmax");
  await region.getByRole("heading", { name }).focus();
  await other.keyboard.press("Control+z");
  await expect(field(other)).toHaveValue("cross_entropy");
  await context.close();
});

test("a challenge opens by its name, and one that is unknown is said to be", async ({ page }) => {
  await open(page, "#challenge=until-step-100");
  const region = page.getByRole("region", { name: "It worked until step 100" });
  await expect(region.getByRole("textbox", { name: "gamma" })).toHaveValue("10");
  await region.getByRole("textbox", { name: "gamma" }).fill("0.5");
  await region.getByRole("textbox", { name: "gamma" }).press("Enter");
  await region.getByRole("button", { name: "Check" }).click();
  await expect(region).toContainText("Mended with one change");
  await open(page, "?again#challenge=fly-to-the-moon");
  await expect(page.getByRole("alert")).toContainText('there is no challenge "fly-to-the-moon"');
});

test("what may not be changed is refused in words; the doctor can be asked", async ({ page }) => {
  await open(page, "#challenge=loss-explodes");
  await page.getByText(/^optimizer = SGD/).click();
  await page.getByRole("textbox", { name: "lr", exact: true }).fill("0.001");
  await page.getByRole("textbox", { name: "lr", exact: true }).press("Enter");
  await panel(page).getByRole("button", { name: "Check" }).click();
  await expect(panel(page)).toContainText("The learning rate may not be changed here.");
  await doctor(page).getByRole("button", { name: "Ask it anyway" }).click();
  await expect(doctor(page)).toContainText("≠ Different from iteration 2 on");
});

test("the first page does not load the challenges", async ({ page }) => {
  const scripts: string[] = [];
  page.on("response", async (response) => {
    if (response.url().endsWith(".js")) scripts.push(await response.text());
  });
  await open(page);
  await page.waitForLoadState("networkidle");
  const story = "I typed the loop from memory";
  expect(scripts.length).toBeGreaterThan(0);
  expect(scripts.some((text) => text.includes(story))).toBe(false);
  await page.getByRole("button", { name: "Challenges" }).click();
  await expect(page.getByRole("button", { name: title })).toBeVisible();
  await expect.poll(() => scripts.some((text) => text.includes(story))).toBe(true);
});

for (const [hash, scheme, width] of [
  ["#challenge=loss-explodes", "light", 1440],
  ["#challenge=until-step-100", "dark", 768],
  ["#challenge=learns-nothing", "light", 390],
] as const) {
  test(`axe finds nothing in ${hash}, ${scheme}, at ${width}, checked, and in the list`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    await open(page, hash);
    await page.getByRole("button", { name: /^Show a hint/ }).click();
    await page.getByRole("button", { name: "Check" }).click();
    await expect(page.getByText(/^Not yet: /).first()).toBeVisible();
    expect(await violationsOf(page)).toEqual([]);
    const { scrollWidth, scrollHeight } = await page.evaluate(() => ({
      scrollWidth: document.documentElement.scrollWidth,
      scrollHeight: document.documentElement.scrollHeight,
    }));
    expect(scrollWidth).toBe(width);
    if (width === 1440) expect(scrollHeight).toBe(900);
    await page.getByRole("button", { name: "Challenges", exact: true }).click();
    await expect(page.getByRole("button", { name: title })).toBeVisible();
    expect(await violationsOf(page)).toEqual([]);
  });
}
