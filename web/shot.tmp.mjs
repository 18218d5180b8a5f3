import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { chromium } from "@playwright/test";
const server = spawn(process.execPath, ["/work/wt/page/scripts/serve.mjs", "--port", "0"]);
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const [greeting] = await once(createInterface(server.stdout), "line");
  const base = greeting.match(/http:\S+/)[0];
  const shots = JSON.parse(process.argv[2]);
  for (const {
    name,
    hash = "",
    w = 1440,
    h = 900,
    scheme = "light",
    act = [],
    full = false,
  } of shots) {
    const page = await browser.newPage({
      viewport: { width: w, height: h },
      colorScheme: scheme,
      reducedMotion: "reduce",
    });
    page.on("console", (m) => m.type() === "error" && console.log(name, m.text()));
    page.on("pageerror", (e) => console.log(name, e.message));
    await page.goto(base + hash, { waitUntil: "networkidle" });
    await page.waitForTimeout(500);
    for (const step of act) {
      if (step.click)
        await page
          .getByRole(step.role ?? "button", { name: step.click, exact: step.exact ?? false })
          .first()
          .click({ timeout: 5000 });
      if (step.key) await page.keyboard.press(step.key);
      if (step.type) await page.keyboard.type(step.type);
      await page.waitForTimeout(step.wait ?? 250);
    }
    await page.screenshot({ path: `/tmp/shots/${name}.png`, fullPage: full });
    await page.close();
  }
} finally {
  await browser.close();
  server.kill();
}
