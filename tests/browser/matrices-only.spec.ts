// SPDX-License-Identifier: MIT
// An optimizer that takes matrices alone, and a model that has more than these.

import { expect, open, test, violationsOf, type Page } from "./fixtures.js";

const picker = (page: Page, name: string) =>
  page.getByRole("button", { name: `optimizer ${name}`, exact: true });

test("an optimizer of matrices is given the weights, and later all parameters again", async ({
  page,
}) => {
  await open(page, "#preset=moons&step=10");
  await picker(page, "Adam").click();
  await page.getByRole("button", { name: "All in one table" }).click();
  await page.getByRole("button", { name: "Muon", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("Muon only supports 2D parameters");
  await page.getByRole("button", { name: "Give Muon the weight matrices only" }).click();
  await expect(page.getByRole("alert")).toBeHidden();
  await expect(page.getByText(/No optimizer has 0\.bias, 2\.bias and 4\.bias/)).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  await picker(page, "Muon").click();
  await page.getByRole("option", { name: /^SGD\b/ }).click();
  await page.getByRole("button", { name: "Give it all parameters" }).click();
  await expect(page.getByText("No optimizer has")).toBeHidden();
});
