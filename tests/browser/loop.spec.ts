// SPDX-License-Identifier: MIT
// The Loop view as a reader meets it: by keyboard alone, by pointer, on a phone, in both themes.

import { loopPresets } from "../../web/src/experiment/loop-presets.js";
import { codeOf, expect, open, test, violationsOf, type Page } from "./fixtures.js";

const lines = (page: Page) => page.getByRole("list", { name: "Lines of the loop" });
const codes = (page: Page) => lines(page).locator("code").allInnerTexts();
const doctor = (page: Page) => page.getByRole("region", { name: "The doctor" });
const block = (page: Page, code: string) => page.getByRole("button", { name: code, exact: true });
const grip = (page: Page, code: string) =>
  page.getByRole("button", { name: `Move ${code}`, exact: true });

/** Walks by Tab until something of that name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let count = 0; count < 120; count++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.getAttribute("aria-label") ?? element?.textContent?.trim() ?? "";
    });
    if (focused === name) return;
  }
  throw new Error(`Tab never reached ${name}`);
}

async function findingAndRemedy(page: Page): Promise<string> {
  const finding = doctor(page).getByRole("group").first();
  await expect(finding).toContainText(/gradient/i);
  await expect(finding.getByRole("definition").first()).toHaveText(/\d/);
  const remedy = finding.getByRole("button").first();
  return (await remedy.innerText()).trim();
}

for (const [width, height] of [
  [1440, 900],
  [390, 844],
] as const) {
  test.describe(`at ${width} px`, () => {
    test.use({ viewport: { width, height } });

    test("by keyboard alone: zero_grad is removed, told of, and put back", async ({ page }) => {
      await open(page, "#preset=zero-grad-last");
      await expect(doctor(page)).toContainText("= The same as the canonical loop");
      await tabTo(page, "optimizer.zero_grad()");
      await page.keyboard.press("Delete");
      await expect(doctor(page)).toContainText("≠ Different from iteration 2 on");
      const remedy = await findingAndRemedy(page);
      await tabTo(page, remedy);
      await page.keyboard.press("Enter");
      await expect(doctor(page)).toContainText("= The same as the canonical loop");
      expect(await codes(page)).toContain("optimizer.zero_grad()");
      await expect(page.getByRole("button", { name: "Undo the remedy" })).toBeFocused();
      await page.keyboard.press("Enter");
      await expect(doctor(page)).toContainText("≠ Different from iteration 2 on");
      expect(await codes(page)).not.toContain("optimizer.zero_grad()");
    });

    test("by pointer the same", async ({ page }) => {
      await open(page, "#preset=zero-grad-last");
      await block(page, "optimizer.zero_grad()").click();
      await page.getByRole("button", { name: "Remove optimizer.zero_grad()" }).click();
      await expect(doctor(page)).toContainText("≠ Different from iteration 2 on");
      const remedy = await findingAndRemedy(page);
      await doctor(page).getByRole("button", { name: remedy }).click();
      await expect(doctor(page)).toContainText("= The same as the canonical loop");
      await doctor(page).getByRole("button", { name: "Undo the remedy" }).click();
      await expect(doctor(page)).toContainText("≠ Different from iteration 2 on");
    });
  });
}

test.describe("the lines", () => {
  test("are taken up, moved, put down and put back by keyboard", async ({ page }) => {
    await open(page, "#preset=zero-grad-last");
    await grip(page, "optimizer.zero_grad()").focus();
    await page.keyboard.press("Space");
    await expect(grip(page, "optimizer.zero_grad()")).toHaveAttribute("aria-pressed", "true");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await expect(lines(page).locator("code").nth(1)).toHaveText("optimizer.zero_grad()");
    await page.keyboard.press("Escape");
    await expect(lines(page).locator("code").nth(3)).toHaveText("optimizer.zero_grad()");
    await expect(grip(page, "optimizer.zero_grad()")).toBeFocused();
    await page.keyboard.press("Space");
    await page.keyboard.press("Home");
    await page.keyboard.press("Space");
    expect((await codes(page))[0]).toBe("optimizer.zero_grad()");
    await expect(page.getByText("zero_grad put down as line 1 of 4")).toBeAttached();
    // It was one change, and is taken back as one.
    await page.keyboard.press("Control+z");
    await expect(lines(page).locator("code").nth(3)).toHaveText("optimizer.zero_grad()");
  });

  test("are dragged by the mouse, by any part of the block", async ({ page }) => {
    await open(page, "#preset=zero-grad-last");
    const from = (await block(page, "optimizer.zero_grad()").boundingBox())!;
    const to = (await block(page, "loss = f(x, y)").boundingBox())!;
    await page.mouse.move(from.x + 40, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(from.x + 40, to.y + 20, { steps: 6 });
    await page.mouse.move(from.x + 40, to.y - 2, { steps: 3 });
    await page.mouse.up();
    await expect(lines(page).locator("code").first()).toHaveText("optimizer.zero_grad()");
    // A drag is no click: nothing has opened.
    await expect(page.getByRole("button", { name: /^Remove / })).toHaveCount(0);
  });

  test("are dragged by a finger on the grip", async ({ browser, baseURL }) => {
    const context = await browser.newContext({
      hasTouch: true,
      viewport: { width: 390, height: 844 },
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    await page.goto(`${baseURL}/#preset=zero-grad-last`);
    await grip(page, "loss = f(x, y)").scrollIntoViewIfNeeded();
    const from = (await grip(page, "loss = f(x, y)").boundingBox())!;
    const to = (await grip(page, "optimizer.step()").boundingBox())!;
    const session = await context.newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", y: number) =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: type === "touchEnd" ? [] : [{ x: from.x + 12, y }],
      });
    await touch("touchStart", from.y + 14);
    for (let part = 1; part <= 5; part++) {
      await touch("touchMove", from.y + 14 + ((to.y - from.y) * part) / 5);
    }
    await touch("touchEnd", 0);
    await expect(lines(page).locator("code").nth(2)).toHaveText("loss = f(x, y)");
    await context.close();
  });

  test("are added from a menu, repeated, put under a condition and switched off", async ({
    page,
  }) => {
    await open(page, "#preset=zero-grad-last");
    await page.getByRole("button", { name: "+ Add a line" }).focus();
    await page.keyboard.press("ArrowDown");
    const menu = page.getByRole("menu", { name: "+ Add a line" });
    await expect(menu.getByRole("menuitem").first()).toBeFocused();
    await expect(menu.getByRole("menuitem", { name: /model.extend/ })).toHaveAttribute(
      "aria-disabled",
      "true",
    );
    await page.keyboard.press("Escape");
    await expect(menu).toBeHidden();
    await expect(page.getByRole("button", { name: "+ Add a line" })).toBeFocused();
    await page.keyboard.press("Enter");
    // Letters find an item by its name in the document.
    await page.keyboard.press("c");
    await page.keyboard.press("Enter");
    await expect(block(page, "clip_grad_norm_([x, y], 1.0)")).toBeFocused();
    await page.getByRole("textbox", { name: "max_norm" }).fill("0.5");
    await page.getByRole("textbox", { name: "max_norm" }).press("Enter");
    await expect(block(page, "clip_grad_norm_([x, y], 0.5)")).toBeVisible();
    await page
      .getByRole("combobox", { name: /^When clip_grad_norm_/ })
      .selectOption("every k batches");
    await page.getByRole("textbox", { name: /every so many batches/ }).fill("3");
    await page.getByRole("textbox", { name: /every so many batches/ }).press("Enter");
    await expect(lines(page)).toContainText("if (step + 1) % 3 == 0:");
    await page.getByRole("button", { name: /^Duplicate clip/ }).click();
    await expect(lines(page).getByRole("listitem")).toHaveCount(6);
    await page.getByRole("checkbox", { name: "Run optimizer.step()" }).uncheck();
    await expect(lines(page).getByRole("listitem").nth(2)).toContainText("off");
  });

  test("tell what each of them changed", async ({ page }) => {
    await open(page, "#preset=lost-zero-grad&step=2");
    const words = lines(page).getByRole("listitem");
    await expect(words.nth(0)).toContainText("off");
    await expect(words.nth(1)).toContainText(/loss \d/);
    await expect(words.nth(2)).toContainText(/‖grad‖ [\d.]+ → [\d.]+/);
    await expect(words.nth(3)).toContainText(/moved [\d.]+/);
    await expect(words.nth(3)).toHaveAttribute("aria-current", "step");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    await expect(words.nth(1)).toContainText(/loss \d/);
    await expect(words.nth(2)).toContainText("next");
  });
});

test("a branch goes its own way from the present step on", async ({ page }) => {
  await open(page, "#preset=zero-grad-last&step=20");
  const canonical = page.getByRole("img", { name: /contours of the loss/ });
  await page.getByRole("button", { name: "Branch from here" }).click();
  const runs = page.getByRole("group", { name: "Whose loop is shown" });
  const branch = runs.getByRole("button", { name: "your loop, from step 20", exact: true });
  await expect(branch).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByText("shares its first 20 steps")).toBeVisible();
  await page.getByRole("checkbox", { name: "Run optimizer.zero_grad()" }).uncheck();
  await runs.getByRole("button", { name: "your loop", exact: true }).click();
  await expect(page.getByRole("checkbox", { name: "Run optimizer.zero_grad()" })).toBeChecked();
  await branch.click();
  await expect(page.getByRole("checkbox", { name: "Run optimizer.zero_grad()" })).not.toBeChecked();
  // The first step without zero_grad still has one batch's gradient; the next one has two.
  await expect(doctor(page)).toContainText(/≠ Different from iteration 2[12] on/);
  await expect(canonical).toHaveAttribute("aria-label", /3 runs/);
  await page.getByText(/^optimizer = SGD/).click();
  await page.getByRole("textbox", { name: "lr", exact: true }).fill("0.05");
  await page.getByRole("textbox", { name: "lr", exact: true }).press("Enter");
  await expect(page.getByText("optimizer = SGD([x, y], lr=0.05, momentum=0.2)")).toBeVisible();
  await runs.getByRole("button", { name: "your loop", exact: true }).click();
  await expect(page.getByText("optimizer = SGD([x, y], lr=0.02, momentum=0.2)")).toBeVisible();
  await branch.click();
  await runs.getByRole("button", { name: "Remove your loop, from step 20" }).click();
  await expect(runs).toBeHidden();
});

test("a new layer is orphaned until a group has it; one that was replaced is stale", async ({
  page,
}) => {
  await open(page, "#preset=new-parameters&step=21&aside=wiring");
  const wiring = page.getByRole("tabpanel", { name: "Wiring" }).getByRole("img");
  await expect(wiring).toHaveAccessibleName(/4.weight: no optimizer. 4.bias: no optimizer./);
  await expect(lines(page).getByRole("listitem").first()).toContainText("if step == 20:");
  await page.getByRole("button", { name: "+ Add a line" }).press("Enter");
  await page.getByRole("menuitem", { name: /^optimizer.add_param_group/ }).click();
  await expect(lines(page)).toContainText("[model[4].weight, model[4].bias]");
  await page.getByRole("button", { name: "Run one iteration" }).click();
  await expect(wiring).toHaveAccessibleName(/Group 1 of Adam has 4.weight, 4.bias./);
  await open(page, "#preset=replaced-layer&step=21&aside=wiring");
  await expect(wiring).toHaveAccessibleName(/2.weight: left the model./);
});

test("a new optimizer leaves the scheduler behind, and a long line has room for its words", async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const loop = ["zero_grad", "forward", "backward", "step", "scheduler_step"];
  const experiment = {
    version: 1,
    steps: 60,
    problem: { kind: "task", data: { name: "moons" }, model: { hidden: [8] }, batch_size: 16 },
    runs: [
      {
        optimizer: { name: "Adam", lr: 0.01, betas: [0.8, 0.99] },
        scheduler: { name: "ExponentialLR", gamma: 0.9 },
      },
    ],
    loop: [{ do: "recreate_optimizer", at: 10 }, ...loop],
  };
  await open(page, `#view=loop&step=12&x=${codeOf(JSON.stringify(experiment))}`);
  await expect(page.getByText("The scheduler left the learning rate at 0.01.")).toBeVisible();
  await expect(page.getByText("The scheduler steers an optimizer that no one uses")).toBeVisible();
  const line = lines(page).getByRole("listitem").first();
  await expect(line).toContainText(/betas=\(0.8, 0.99\).*waited/s);
  const [block, words] = [await line.boundingBox(), await line.getByText("waited").boundingBox()];
  expect(words!.x + words!.width).toBeLessThanOrEqual(block!.x + block!.width);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});

test("the doctor has an answer to every preset", async ({ page }) => {
  test.setTimeout(240_000);
  for (const { id, title } of loopPresets) {
    await test.step(title, async () => {
      await open(page, `#preset=${id}`);
      await expect(page.getByRole("alert")).toHaveCount(0);
      await expect(doctor(page)).toContainText(/^\s*(The doctor)?\s*(=|≠|This loop raises)/, {
        timeout: 20_000,
      });
      await expect(doctor(page).getByRole("progressbar")).toHaveCount(0, { timeout: 20_000 });
    });
  }
});

test("the wiring is told in a picture and in a table", async ({ page }) => {
  await open(page, "#preset=lost-zero-grad&step=2");
  await page.getByRole("tab", { name: "Update rule" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: "Wiring" })).toBeFocused();
  const panel = page.getByRole("tabpanel", { name: "Wiring" });
  await expect(panel.getByRole("img", { name: "Group 0 of SGD has x, y." })).toBeVisible();
  await panel.getByText("The same as a table").click();
  await expect(panel.getByRole("row", { name: /^x/ })).toContainText("owned");
  await expect(page).toHaveURL(/aside=wiring/);
});

test("asks which loops are the same, and the doctor answers", async ({ page }) => {
  await open(page, "#preset=lost-zero-grad");
  await page.getByRole("button", { name: "Is this the same?" }).click();
  const quiz = page.getByRole("region", { name: "Is this the same?" });
  await expect(quiz).toContainText("1 of");
  await quiz.getByRole("button", { name: "= The same numbers" }).click();
  await expect(quiz.getByRole("status")).toContainText("Right.");
  await expect(quiz.getByRole("button", { name: "Next" })).toBeFocused();
  await page.keyboard.press("Enter");
  await quiz.getByRole("button", { name: "≠ Different" }).click();
  await expect(quiz.getByRole("status")).toContainText("Not so.");
  await quiz.getByRole("button", { name: "Watch it run" }).click();
  expect((await codes(page))[1]).toBe("optimizer.zero_grad()");
  await quiz.getByRole("button", { name: "Close the questions" }).click();
  await expect(quiz).toBeHidden();
});

for (const [hash, scheme, width] of [
  ["#preset=lost-zero-grad&step=14", "light", 1440],
  ["#preset=lost-zero-grad&step=14&aside=wiring", "dark", 1440],
  ["#preset=backward-twice&step=3", "dark", 768],
  ["#preset=lost-zero-grad&step=14&aside=wiring", "light", 390],
] as const) {
  test(`axe finds nothing in ${hash}, ${scheme}, at ${width}, with a line open`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    await open(page, hash);
    await block(page, "optimizer.step()").click();
    await page.getByRole("button", { name: "Is this the same?" }).click();
    await expect(doctor(page).getByRole("group").first()).toBeVisible();
    // At the end of the page the transport covers nothing.
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole("button", { name: "+ Add a line" }).click();
    expect(await violationsOf(page)).toEqual([]);
    const { scrollWidth, scrollHeight } = await page.evaluate(() => ({
      scrollWidth: document.documentElement.scrollWidth,
      scrollHeight: document.documentElement.scrollHeight,
    }));
    expect(scrollWidth).toBe(width);
    if (width === 1440) expect(scrollHeight).toBe(900);
  });
}
