// JupyterLab in a headless browser: prints what a user sees in the cells of a notebook.
// Arguments: the address of the notebook, the browser, and where the screenshot goes.
import { createRequire } from "node:module";

// A plain import knows no NODE_PATH.
const { chromium } = createRequire(import.meta.url)("playwright-core");
const [address, executablePath, screenshot] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath,
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
});
try {
  const page = await browser.newPage({ viewport: { width: 1100, height: 620 } });
  await page.goto(address);
  await page.waitForSelector(".jp-Notebook .jp-Cell", { timeout: 120_000 });
  const mark = page.locator(".cm-lintRange").first();
  await mark.waitFor({ timeout: 120_000 });
  const cells = await page.evaluate(() =>
    [...document.querySelectorAll(".jp-Notebook .jp-Cell")].map((cell) =>
      [...cell.querySelectorAll(".cm-lintRange")].map((range) => ({
        text: range.textContent,
        kind: range.className.replace("cm-lintRange", "").trim(),
      })),
    ),
  );
  await mark.hover();
  const told = page.locator(".cm-tooltip");
  await told.first().waitFor({ timeout: 60_000 });
  const message = await told.first().innerText();
  if (screenshot) await page.screenshot({ path: screenshot });
  console.log(JSON.stringify({ cells, message }));
} finally {
  await browser.close();
}
