// SPDX-License-Identifier: MIT
// What a stranger's link and a slip of the hand may hold: it is named, and the page goes on working.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type {} from "../../web/src/elements/step-lab.js";
import { codeOf, expect, openBlank, test, type Page } from "./fixtures.js";

interface BrokenExperiment {
  readonly name: string;
  readonly text: string;
  readonly path: string;
  /** A part of the message. */
  readonly message: string;
}

interface BrokenFormula {
  readonly formula: string;
  readonly position: number;
  readonly message: string;
}

const experiments: readonly BrokenExperiment[] = read("broken_experiments.json");
const formulas: readonly BrokenFormula[] = read("broken_formulas.json");

/** JSON.parse keeps the last of two keys and takes 1e999 for infinity: what is left is wrong in another way. */
const changedByReading: ReadonlySet<string> = new Set([
  "duplicate key",
  "duplicate key, deep",
  "duplicate parameter",
  "number beyond double",
]);

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(__dirname, "../data", name), "utf8")) as T;
}

/** What the page has to say of a document that came in a link. */
function reasonOf({ name, text, path, message }: BrokenExperiment): readonly string[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return ["This is not JSON"];
  }
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    return ["An experiment is a JSON object"];
  }
  if (path.endsWith("/__proto__")) return ["has names that no experiment has"];
  return changedByReading.has(name) ? [] : [path, message];
}

async function openStill(page: Page, hash: string): Promise<void> {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(`/${hash}`);
  await page.getByRole("button", { name: "Play" }).waitFor();
}

test("an element given any broken document says what is wrong with it, and recovers", async ({
  page,
}) => {
  // White space is no document at all: the element asks for one.
  const given = experiments.filter(({ text }) => text.trim() !== "");
  await openBlank(page);
  const { messages, iteration } = await page.evaluate(
    async (attributes) => {
      const address = "/embed/step-lab.js";
      await import(address);
      const element = document.createElement("step-lab");
      document.body.append(element);
      const messages: string[] = [];
      for (const attribute of attributes) {
        const refused = new Promise((resolve) =>
          element.addEventListener("step-lab-error", resolve, { once: true }),
        );
        element.setAttribute("experiment", attribute);
        await refused;
        messages.push(element.shadowRoot!.querySelector("[role=alert]")!.textContent!);
      }
      const runs = [{ optimizer: { name: "Adam" } }];
      element.experiment = { version: 1, problem: { kind: "surface", name: "booth" }, runs };
      const { iteration } = await element.advance(1);
      return { messages, iteration };
    },
    given.map(({ text }) => (text.startsWith("{") ? text : codeOf(text))),
  );
  for (const [index, broken] of given.entries()) {
    for (const part of reasonOf(broken)) expect(messages[index], broken.name).toContain(part);
    expect(messages[index], broken.name).not.toBe("");
  }
  expect(iteration).toBe(1);
});

test("a link to any broken document is refused with its path, and the page goes on", async ({
  page,
}) => {
  test.setTimeout(180_000);
  const named = experiments.filter((broken) => broken.path && reasonOf(broken)[0] === broken.path);
  expect(named.length).toBeGreaterThanOrEqual(40);
  await openStill(page, "");
  const alert = page.getByRole("alert");
  const iteration = page.getByRole("textbox", { name: "Go to iteration" });
  for (const broken of experiments) {
    await test.step(broken.name, async () => {
      await page.evaluate((hash) => (location.hash = hash), `#x=${codeOf(broken.text)}`);
      await expect(alert).toContainText("This link could not be opened: ");
      for (const part of reasonOf(broken)) await expect(alert).toContainText(part);
      await expect(iteration).toHaveValue("0");
      await page.getByRole("button", { name: "Dismiss" }).click();
      await expect(alert).toHaveCount(0);
      await page.getByRole("button", { name: "Run one iteration" }).click();
      await expect(iteration).toHaveValue("1");
    });
  }
});

test("a broken formula is pointed at, and the last good surface stays", async ({ page }) => {
  expect(formulas.length).toBeGreaterThanOrEqual(20);
  await openStill(page, "#preset=himmelblau");
  const field = page.getByRole("textbox", { name: "f(x, y) =" });
  const alert = page.getByRole("alert");
  const caption = page.getByText("f(x, y) = (x−1)2 + 2·y4");
  const picture = page.getByRole("img", { name: /contours of the loss/ });
  const good = "(x-1)^2 + 2*y^4";
  await field.fill(good);
  await expect(caption).toBeVisible();
  const shown = (await picture.getAttribute("aria-label"))!;
  for (const { formula, position, message } of formulas) {
    await test.step(JSON.stringify(formula.slice(0, 40)), async () => {
      await field.fill(formula);
      await expect(alert).toContainText(message);
      await expect(field).toHaveAttribute("aria-invalid", "true");
      const pointer = await page.locator("step-lab-formula-field pre").textContent();
      expect(pointer).toBe(`${" ".repeat(position)}▲`);
      await expect(caption).toBeVisible();
      await expect(picture).toHaveAttribute("aria-label", shown);
      await field.fill(good);
      await expect(alert).toHaveCount(0);
    });
  }
  await field.fill("x^2 + 3*y^2");
  await expect(page.getByText("f(x, y) = x2 + 3·y2")).toBeVisible();
  await page.getByRole("button", { name: "Run one iteration" }).click();
  await expect(page.getByRole("textbox", { name: "Go to iteration" })).toHaveValue("1");
});
