/** Several windows of the dashboard in one browser, which has six connections to a host over HTTP/1.1. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { sample } from "../support/images.ts";
import { JobClient } from "../support/job-client.ts";
import { type RunningService, startService } from "../support/service.ts";

let service: RunningService;
let browser: Browser;
let context: BrowserContext;
beforeAll(async () => {
  service = await startService();
  browser = await launchBrowser();
  context = await browser.newContext();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

const stateOf = (page: Page, state: string) => page.locator(".connection").getByText(state).waitFor();

async function openWindow(): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(`${service.url}/dashboard`);
  await stateOf(page, "Live");
  return page;
}

it("any number of windows load, and the four that were used last are live", async () => {
  const windows: Page[] = [];
  for (let n = 0; n < 8; n++) windows.push(await openWindow());
  const [first, second, ...others] = windows as [Page, Page, ...Page[]];
  for (const page of windows.slice(0, 4)) await stateOf(page, "Paused");
  for (const page of windows.slice(4)) await stateOf(page, "Live");

  // A window without a connection still shows what changes.
  const { id } = await new JobClient(service.url).create([{ name: "a.png", bytes: sample("astronaut.png") }]);
  await second.evaluate(() => {
    location.hash = "#/jobs";
  });
  await second.locator(`a[title="${id}"]`).waitFor();

  await first.evaluate(() => dispatchEvent(new Event("focus")));
  await stateOf(first, "Live");
  await stateOf(windows[4] as Page, "Paused");

  // Windows that are closed leave their connections to those that are still open.
  await Promise.all(others.map((page) => page.close()));
  await stateOf(second, "Live");
  expect(await first.locator(".connection").textContent()).toBe("Live");
});
