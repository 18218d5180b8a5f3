// SPDX-License-Identifier: MIT
// The public element in a lesson page that knows nothing but its built module, and in a frame.

import type { StepLabElement, StepDetail } from "../../web/src/elements/step-lab.js";
import { expect, openBlank, test, violationsOf, type Page } from "./fixtures.js";

const experiment = {
  version: 1,
  steps: 100,
  problem: { kind: "surface", formula: "x^2 + y^2", start: [2, 1] },
  runs: [{ label: "SGD", optimizer: { name: "SGD", lr: 0.1 } }],
} as const;

/** Waits until an element shows its experiment. */
async function ready(page: Page, selector: string): Promise<void> {
  await page.locator(selector).scrollIntoViewIfNeeded();
  await page.locator(selector).evaluate((element: StepLabElement) => element.ready);
}

/** A blank page with the element's module. */
async function openElement(page: Page): Promise<void> {
  await openBlank(page);
  await page.evaluate(async () => {
    const address = "/embed/step-lab.js";
    await import(address);
  });
}

test.describe("the lesson page", () => {
  test("runs its three experiments in one worker", async ({ page }) => {
    await page.goto("/embed.html");
    for (const id of ["#ravine", "#zero-grad", "#moons"]) {
      await ready(page, id);
      const frame = await page.locator(id).evaluate(async (element: StepLabElement) => {
        const { iteration } = await element.advance(5);
        return { iteration, back: (await element.rewind(2)).iteration };
      });
      expect(frame).toEqual({ iteration: 5, back: 2 });
    }
    expect(page.workers().length).toBe(1);
  });

  test("passes axe, light and dark, wide and narrow", async ({ page }) => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width: colorScheme === "light" ? 1440 : 390, height: 900 });
      await page.goto("/embed.html");
      for (const id of ["#ravine", "#zero-grad", "#moons"]) await ready(page, id);
      expect(await violationsOf(page)).toEqual([]);
      const overflow = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth - clientWidth;
      });
      expect(overflow).toBeLessThanOrEqual(0);
    }
  });
});

test.describe("the element", () => {
  test("loads nothing before it comes near the screen", async ({ page }) => {
    await openElement(page);
    const loaded: string[] = [];
    page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
    await page.evaluate((experiment) => {
      const element = document.createElement("step-lab");
      const fallback = document.createElement("p");
      fallback.textContent = "What readers without scripts see.";
      element.append(fallback);
      element.experiment = experiment as never;
      element.style.marginBlockStart = "3000px";
      document.body.append(element);
    }, experiment);
    // Two frames, so that an observer would have told.
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    expect(loaded).toEqual([]);
    await expect(page.getByText("What readers without scripts see.")).toBeVisible();
    await ready(page, "step-lab");
    expect(loaded.some((path) => path.endsWith(".wasm"))).toBe(true);
    await expect(page.getByText("What readers without scripts see.")).toBeHidden();
  });

  test("tells what happens to it", async ({ page }) => {
    await openElement(page);
    const told = await page.evaluate(async (experiment) => {
      const told: string[] = [];
      const steps: StepDetail[] = [];
      document.addEventListener("step-lab-ready", () => told.push("ready"));
      document.addEventListener("step-lab-step", ({ detail }) => steps.push(detail));
      const element = document.createElement("step-lab");
      element.experiment = experiment as never;
      document.body.append(element);
      await element.ready;
      await element.advance(3);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { told, last: steps.at(-1), json: JSON.stringify(steps).length > 0 };
    }, experiment);
    expect(told.told).toEqual(["ready"]);
    expect(told.last).toMatchObject({
      iteration: 3,
      finished: false,
      runs: [{ label: "SGD", status: "running" }],
    });
  });

  test("takes its experiment as JSON, as a link's code, from an address, and as a property", async ({
    page,
  }) => {
    await openElement(page);
    await page.route("**/experiment.json", (route) => route.fulfill({ json: experiment }));
    const iterations = await page.evaluate(async (experiment) => {
      const json = JSON.stringify(experiment);
      const stream = new Blob([json]).stream().pipeThrough(new CompressionStream("deflate"));
      const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
      const code = btoa(String.fromCharCode(...bytes))
        .replaceAll("+", "-")
        .replaceAll("/", "_")
        .replaceAll("=", "");
      const elements = [json, code, null, null].map((attribute) => {
        const element = document.createElement("step-lab");
        if (attribute) element.setAttribute("experiment", attribute);
        document.body.append(element);
        return element;
      });
      elements[2]!.src = "/experiment.json";
      elements[3]!.experiment = experiment as never;
      const frames = await Promise.all(elements.map((element) => element.advance(2)));
      return frames.map(({ iteration }) => iteration);
    }, experiment);
    expect(iterations).toEqual([2, 2, 2, 2]);
    expect(page.workers().length).toBe(1);
  });

  test("says what is wrong with its experiment, keeps its children, and recovers", async ({
    page,
  }) => {
    await openElement(page);
    const seen = await page.evaluate(async (experiment) => {
      const element = document.createElement("step-lab");
      element.textContent = "What readers without scripts see.";
      element.setAttribute("experiment", JSON.stringify({ ...experiment, steps: 0 }));
      const errors: string[] = [];
      element.addEventListener("step-lab-error", ({ detail }) => errors.push(detail.path));
      document.body.append(element);
      const code = await element.ready.then(
        () => "",
        (error: { code: string }) => error.code,
      );
      const alert = element.shadowRoot?.querySelector("[role=alert]")?.textContent;
      element.experiment = experiment as never;
      const { iteration } = await element.advance(1);
      return { code, errors, alert, iteration };
    }, experiment);
    expect(seen).toMatchObject({ code: "invalid_experiment", errors: ["/steps"], iteration: 1 });
    expect(seen.alert).toContain("/steps");
  });

  test("frees its session when it leaves the page, and not when it only moves", async ({
    page,
  }) => {
    await openElement(page);
    const live = await page.evaluate(async (experiment) => {
      const address = "/embed/engine.js";
      const { createEngine } = await import(address);
      const engine = await createEngine();
      const sessions = async () => (await engine.liveObjects()).sessions as number;
      const element = document.createElement("step-lab");
      element.experiment = experiment as never;
      document.body.append(element);
      await element.advance(7);
      const counts = [await sessions()];
      const figure = document.createElement("figure");
      document.body.append(figure);
      figure.append(element);
      counts.push((await element.advance(0)).iteration);
      for (let time = 0; time < 30; time++) {
        element.remove();
        await new Promise((resolve) => setTimeout(resolve));
        document.body.append(element);
        await element.ready;
      }
      element.remove();
      await new Promise((resolve) => setTimeout(resolve, 50));
      counts.push(await sessions());
      return counts;
    }, experiment);
    expect(live[0]).toBeGreaterThan(0);
    expect(live.slice(1)).toEqual([7, 0]);
  });

  test("is one when its module is loaded twice", async ({ page }) => {
    await openElement(page);
    const defined = await page.evaluate(async () => {
      const again = "/embed/step-lab.js?again";
      await import(again);
      return customElements.get("step-lab") !== undefined;
    });
    expect(defined).toBe(true);
  });
});

test.describe("the frame", () => {
  test("shows what its hash says and tells its height", async ({ page }) => {
    await openBlank(page);
    const height = await page.evaluate(async () => {
      const frame = document.createElement("iframe");
      frame.title = "StepLab";
      frame.src = "/embed-frame.html#view=race&step=3&controls=none";
      const told = new Promise<number>((resolve) => {
        addEventListener("message", ({ source, data }) => {
          if (source === frame.contentWindow && data.source === "step-lab") resolve(data.height);
        });
      });
      document.body.append(frame);
      return told;
    });
    expect(height).toBeGreaterThanOrEqual(120);
    const element = page.frameLocator("iframe").locator("step-lab");
    await expect(element).toHaveAttribute("controls", "none");
    await element.evaluate((element: StepLabElement) => element.ready);
  });

  test("says so when its link is damaged", async ({ page }) => {
    await page.goto("/embed-frame.html#x=AAAA");
    await expect(page.getByRole("alert")).toContainText("damaged");
  });
});
