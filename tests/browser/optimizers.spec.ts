// SPDX-License-Identifier: MIT
// Picking an optimizer, its card with live numbers, the full engine, and the way out to PyTorch.

import type * as EngineModule from "../../web/src/engine/engine.js";
import { codeOf, expect, open, openBlank, test, violationsOf, type Page } from "./fixtures.js";

const picker = (page: Page, name: string) =>
  page.getByRole("button", { name: `optimizer ${name}`, exact: true });
const dialog = (page: Page) => page.getByRole("dialog", { name: "Choose an optimizer" });
const iteration = (page: Page) => page.getByRole("textbox", { name: "Go to iteration" });
const card = (page: Page, name: string) =>
  page.getByRole("region", { name: `${name}: its rule in numbers` });

/** Names of what was fetched, without the digests of their content. */
function requested(page: Page): string[] {
  const names: string[] = [];
  page.on("request", (request) => {
    names.push(
      new URL(request.url()).pathname
        .split("/")
        .at(-1)!
        .replace(/-[\w-]{8}\./, "."),
    );
  });
  return names;
}

/** Its update has the longest term. */
const onMoons = {
  version: 1,
  problem: { kind: "task", data: { name: "moons" }, model: { hidden: [8] } },
  runs: [{ optimizer: { name: "Adafactor" } }],
};

test.describe("the picker", () => {
  test("opens on the first family and keeps the others folded", async ({ page }) => {
    await open(page, "#preset=himmelblau");
    await picker(page, "SGD").click();
    await expect(page.getByRole("listbox")).toHaveCount(1);
    const first = page.getByRole("listbox", { name: "First steps" });
    await expect(first.getByRole("option")).toHaveCount(5);
    await expect(first.getByRole("option", { selected: true })).toContainText("SGD");
    const other = page.getByRole("button", {
      name: /^Learning rate found by itself/,
    });
    await expect(other).toHaveAttribute("aria-expanded", "false");
    await other.click();
    await expect(page.getByRole("option", { name: /^Prodigy/ })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(dialog(page)).toBeHidden();
    await expect(picker(page, "SGD")).toBeFocused();
  });

  test("is worked by arrows, and by typing", async ({ page }) => {
    await open(page, "#preset=himmelblau");
    await picker(page, "SGD").focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("option", { name: /^SGD\b/ })).toBeFocused();
    await page.keyboard.press("ArrowDown");
    await expect(page.getByRole("region", { name: "About Adam" })).toContainText("exp_avg_sq");
    await page.keyboard.press("Enter");
    await expect(picker(page, "Adam")).toBeFocused();

    await page.keyboard.press("Enter");
    await page.keyboard.type("rmsp");
    await expect(page.getByRole("searchbox", { name: "Find an optimizer" })).toHaveValue("rmsp");
    await expect(dialog(page).getByRole("option")).toHaveCount(1);
    await page.keyboard.press("Enter");
    await expect(picker(page, "RMSprop")).toBeVisible();
    await expect(page).toHaveURL(/x=/);

    await page.keyboard.press("Enter");
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await expect(page.getByRole("listbox")).toHaveCount(1);
  });

  test("has a table of all of them, which can be sorted and picked from", async ({ page }) => {
    await open(page, "#preset=himmelblau");
    await picker(page, "SGD").click();
    await page.getByRole("button", { name: "All in one table" }).click();
    const table = page.getByRole("table", { name: /^Every optimizer/ });
    await expect(table.getByRole("row", { name: /^Adam / })).toContainText("betas=(0.9, 0.999)");
    await expect(table.getByRole("row", { name: /^Adam / })).toContainText("bit for bit");
    await table.getByRole("button", { name: /^name/ }).click();
    await expect(table.getByRole("columnheader", { name: /^name/ })).toHaveAttribute(
      "aria-sort",
      "ascending",
    );
    const names = await table.getByRole("rowheader").allInnerTexts();
    const sorted = [...names].sort((a, b) => a.localeCompare(b));
    expect(names.length).toBeGreaterThan(10);
    expect(names).toEqual(sorted);
    await table.getByRole("button", { name: "Adagrad", exact: true }).click();
    await expect(picker(page, "Adagrad")).toBeVisible();
  });

  for (const [width, scheme] of [
    [1440, "dark"],
    [390, "light"],
  ] as const) {
    test(`axe has nothing against it at ${width}, and it fits`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 844 });
      await open(page, "#preset=himmelblau");
      await picker(page, "SGD").click();
      expect(await violationsOf(page)).toEqual([]);
      const box = (await dialog(page).boundingBox())!;
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      expect(box.y + box.height).toBeLessThanOrEqual(844);
      await page.getByRole("button", { name: "All in one table" }).click();
      expect(await violationsOf(page)).toEqual([]);
      await page.getByRole("button", { name: "Back to the list" }).click();
      await page.getByRole("option", { name: /^Adam\b/ }).click();
      await expect(picker(page, "Adam")).toBeVisible();
    });
  }
});

test.describe("the card", () => {
  test("says what was checked, and its numbers change with every step", async ({ page }) => {
    await open(page, "#preset=himmelblau&run=2");
    await page.getByRole("button", { name: "How Adam works, in live numbers" }).click();
    const shown = card(page, "Adam");
    await expect(shown).toContainText("bit for bit with torch.optim.Adam of PyTorch 2.13.0");
    await expect(shown).toContainText("No step yet: x is where it started.");
    await page.getByRole("button", { name: "Run one iteration" }).click();
    const sum = shown.getByRole("table", { name: "Last update of x" });
    await expect(sum).toContainText("Added in this order in float32: bit for bit.");
    const told = async () => ({
      under: await shown.locator("math").first().textContent(),
      sum: await sum.textContent(),
    });
    const first = await told();
    await page.getByRole("button", { name: "Run one iteration" }).click();
    await expect.poll(async () => (await told()).under).not.toBe(first.under);
    expect((await told()).sum).not.toBe(first.sum);
    await page.getByRole("button", { name: "Back one iteration" }).click();
    await expect.poll(told).toEqual(first);
  });

  test("adds up to the value in the picture, and tells of the other parameter", async ({
    page,
  }) => {
    await open(page, "#preset=himmelblau&run=2&card=open&step=5");
    const sum = card(page, "Adam").getByRole("table", {
      name: "Last update of x",
    });
    const numbers = (await sum.getByRole("cell").allInnerTexts()).map((text) =>
      Number(text.replace("−", "-")),
    );
    const after = numbers.pop()!;
    const total = numbers.reduce((a, b) => a + b, 0);
    expect(Math.abs(total - after)).toBeLessThan(2e-5);
    await page.getByRole("combobox", { name: "Parameter whose update is shown" }).selectOption("y");
    await expect(card(page, "Adam").getByRole("table", { name: "Last update of y" })).toBeVisible();
    await expect(page).toHaveURL(/parameter=y/);
    await page.reload();
    await expect(card(page, "Adam").getByRole("table", { name: "Last update of y" })).toBeVisible();
    await page.getByRole("button", { name: "Close the card" }).click();
    await expect(page.getByRole("region", { name: "Charts" })).toBeVisible();
  });

  test("looks at any element of a tensor", async ({ page }) => {
    await open(page, "#preset=moons&card=open&step=3");
    await page.getByRole("spinbutton", { name: /^Element of 0.weight/ }).fill("3");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("table", { name: "Last update of 0.weight[1, 1]" })).toBeVisible();
    await expect(page).toHaveURL(/element=3/);
  });

  test("explains every setting, the state and the paper", async ({ page }) => {
    await open(page, "#view=loop&step=3");
    const shown = card(page, "SGD");
    await shown.getByText("About SGD: its settings, its state, its paper").click();
    await expect(shown.getByText("momentum_buffer")).toBeVisible();
    await expect(shown.getByText("torch.optim.SGD", { exact: true })).toBeVisible();
    await expect(shown.getByRole("link")).toHaveAttribute("href", /^https:/);
  });

  for (const [width, scheme, hash] of [
    [1440, "light", "#preset=himmelblau&run=2&card=open&step=5"],
    [390, "dark", "#preset=moons&card=open&step=5"],
    [320, "light", `#view=train&card=open&step=5&x=${codeOf(JSON.stringify(onMoons))}`],
  ] as const) {
    test(`axe has nothing against it at ${width}, and the page fits`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      await open(page, hash);
      await expect(page.getByRole("table", { name: /^Last update of/ })).toBeVisible();
      expect(await violationsOf(page)).toEqual([]);
      const { scrollWidth, scrollHeight } = await page.evaluate(() => ({
        scrollWidth: document.documentElement.scrollWidth,
        scrollHeight: document.documentElement.scrollHeight,
      }));
      expect(scrollWidth).toBe(width);
      if (width === 1440) expect(scrollHeight).toBe(900);
    });
  }
});

test.describe("the full engine", () => {
  test("is not fetched before something needs it, and then goes on from there", async ({
    page,
  }) => {
    const names = requested(page);
    await open(page, "#preset=himmelblau&step=7");
    expect(names).toContain("steplab.wasm");
    expect(names.filter((name) => /full/.test(name))).toEqual([]);
    await picker(page, "SGD").click();
    await page.keyboard.type("prodigy");
    await page.keyboard.press("Enter");
    await expect(picker(page, "Prodigy")).toBeVisible();
    await expect.poll(() => names).toContain("steplab-full.wasm");
    await expect(iteration(page)).toHaveValue("7");
    await page.getByRole("button", { name: "Run one iteration" }).click();
    await expect(iteration(page)).toHaveValue("8");
    await expect(page.getByRole("alert")).toHaveCount(0);
    await expect(page).toHaveURL(/step=8/);
    await page.reload();
    await expect(iteration(page)).toHaveValue("8");
    await expect(picker(page, "Prodigy")).toBeVisible();
  });
});

test("a long wait for the full engine is told, and one that fails too", async ({
  page,
  faults,
}) => {
  await open(page, "#preset=himmelblau&step=7");
  let attempts = 0;
  await page.route(/steplab-full.*\.wasm$/, async (route) => {
    attempts += 1;
    if (attempts === 1) return route.fulfill({ status: 503 });
    await new Promise((resolve) => setTimeout(resolve, 800));
    return route.continue();
  });
  const choose = async (from: string, name: string) => {
    await picker(page, from).click();
    await page.keyboard.type(name);
    await page.keyboard.press("Enter");
  };
  await choose("SGD", "prodigy");
  await expect(page.getByRole("alert")).toContainText("The engine could not be loaded");
  faults.length = 0;
  await choose("Prodigy", "dadaptsgd");
  await expect(page.getByText("Loading the engine for this…")).toBeVisible();
  await expect(page.getByText("Loading the engine for this…")).toBeHidden();
  await page.getByRole("button", { name: "Run one iteration" }).click();
  await expect(iteration(page)).toHaveValue("8");
});

test("a wrapper goes around the optimizer, with a rule of its own", async ({ page }) => {
  await open(page, "#preset=himmelblau&run=2&card=open&step=5");
  await page
    .getByRole("combobox", { name: "wrapper around the optimizer" })
    .selectOption("Lookahead");
  await expect(page.getByRole("textbox", { name: "alpha", exact: true })).toHaveValue("0.5");
  const around = page.getByRole("group", { name: "Around it: Lookahead" });
  await expect(around.locator("math")).toBeVisible();
  const rule = card(page, "Adam").locator("step-lab-math-formula").first();
  expect((await rule.boundingBox())!.height).toBeGreaterThan(150);
  // Every fifth step goes back to the slow weights: one term more.
  const sum = page.getByRole("table", { name: "Last update of x" });
  await expect(sum.getByRole("row")).toHaveCount(4);
  await page.getByRole("button", { name: "Run one iteration" }).click();
  await expect(sum.getByRole("row")).toHaveCount(3);
  await page
    .getByRole("combobox", { name: "wrapper around the optimizer" })
    .selectOption("nothing");
  await expect(around).toBeHidden();
});

test.describe("Copy PyTorch", () => {
  test("copies a script, says so, shows it and hands it over", async ({ page, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await open(page, "#preset=himmelblau");
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByRole("button", { name: "Copy PyTorch" }).click();
    await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
    const script = await page.evaluate(() => navigator.clipboard.readText());
    expect(script).toContain("import torch");
    expect(script).toContain("torch.optim.Adam(");
    await page.getByRole("button", { name: "Show it" }).click();
    await expect(page.getByRole("region", { name: "The PyTorch script" })).toHaveText(script);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download .py" }).click();
    expect((await download).suggestedFilename()).toBe("steplab.py");
    expect(await violationsOf(page)).toEqual([]);
  });

  test("shows the script where the clipboard is forbidden", async ({ page }) => {
    await page.addInitScript(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error("forbidden"));
    });
    await open(page, "#preset=himmelblau");
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByRole("button", { name: "Copy PyTorch" }).click();
    await expect(page.getByRole("alert")).toContainText("Select the script below");
    await expect(page.getByRole("region", { name: "The PyTorch script" })).toContainText("torch");
  });
});

test("every optimizer tells of sums that are exact in float32", async ({ page }) => {
  await openBlank(page);
  const told = await page.evaluate(async () => {
    const address = "/embed/engine.js";
    const { createEngine } = (await import(address)) as typeof EngineModule;
    const engine = await createEngine();
    const { optimizers } = await engine.registry();
    const results: { name: string; steps: number; inexact: number; error: string }[] = [];
    for (const { name } of optimizers) {
      const result = { name, steps: 0, inexact: 0, error: "" };
      results.push(result);
      try {
        const session = await engine.createSession({
          version: 1,
          problem: {
            kind: "task",
            data: { name: "moons", samples: 40 },
            model: { hidden: [4] },
            loss: "cross_entropy",
            batch_size: 8,
          },
          runs: [{ optimizer: { name } }],
        });
        await session.inspect(0, "0.weight", 3);
        for (let step = 0; step < 8; step++) {
          const run = (await session.advance(1)).runs[0]!;
          result.error = run.error?.message ?? "";
          if (run.inspection === null) continue;
          const { before, after, terms } = run.inspection;
          const sum = terms.reduce((total, { value }) => Math.fround(total + value), before);
          result.steps += 1;
          if (!Object.is(sum, after)) result.inexact += 1;
        }
        session.dispose();
      } catch (thrown) {
        result.error = String(thrown);
      }
    }
    return results;
  });
  expect(told.length).toBeGreaterThanOrEqual(12);
  expect(told.filter(({ inexact }) => inexact > 0)).toEqual([]);
  // What refuses a model with biases, or gradients that are not sparse, says so.
  const silent = told.filter(({ steps }) => steps === 0);
  expect(silent.filter(({ error }) => !/2D|dense/.test(error))).toEqual([]);
});

test("hyper-parameters of every kind have their control", async ({ page }) => {
  // The registry as another optimizer might fill it: a choice, and a counter that no one sets.
  await page.route(/registry-.*\.js$/, async (route) => {
    const response = await route.fetch();
    const body = (await response.text())
      .replace(/("name":"dampening"[^}]*?"choices":\[)\]/, '$1"half","whole"]')
      .replace(/("name":"nesterov"[^}]*?"internal":)false/, "$1true");
    await route.fulfill({ response, body });
  });
  await open(page, "#preset=himmelblau");
  await page.getByText(/^\d more: dampening/).click();
  const settings = page.getByRole("group", { name: "Settings of SGD" });
  await expect(settings.getByRole("combobox", { name: "dampening" })).toBeVisible();
  await expect(settings.getByRole("option", { name: "whole" })).toHaveCount(1);
  await expect(settings.getByText("nesterov", { exact: true })).toHaveCount(0);
  await expect(settings.getByRole("switch", { name: "maximize" })).toBeVisible();

  await picker(page, "SGD").click();
  await page.keyboard.type("prodigy");
  await page.keyboard.press("Enter");
  const prodigy = page.getByRole("group", { name: "Settings of Prodigy" });
  await expect(prodigy.getByRole("textbox", { name: "betas, 2 of 2" })).toHaveValue("0.999");
  // What was unfolded stays so.
  const optional = prodigy.getByRole("textbox", { name: "beta3", exact: true });
  await expect(optional).toHaveValue("None");
  await optional.fill("0.9");
  await optional.press("Enter");
  await expect(prodigy.getByRole("slider", { name: "beta3, slider" })).toHaveAttribute(
    "aria-valuetext",
    "0.9",
  );
  await prodigy.getByRole("button", { name: "Reset beta3 to None" }).click();
  await expect(prodigy.getByRole("textbox", { name: "beta3", exact: true })).toHaveValue("None");
});
