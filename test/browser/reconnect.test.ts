/** The service dies under an open dashboard and comes back. */
import { rmSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { sample } from "../support/images.ts";
import { JobClient } from "../support/job-client.ts";
import { freePort, type RunningService, startService, temporaryFolder } from "../support/service.ts";
import { openPage } from "./opened-page.ts";

const dataDir = temporaryFolder();
let environment: NodeJS.ProcessEnv;
let service: RunningService;
let browser: Browser;
beforeAll(async () => {
  environment = { DATA_DIR: dataDir, PORT: String(await freePort()) };
  service = await startService(environment);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.kill();
  rmSync(dataDir, { recursive: true, force: true });
});

const images = ["astronaut.png", "chelsea.png", "coffee.png"].map((name) => ({ name, bytes: sample(name) }));

const sequencesOf = (page: Page) =>
  page
    .locator("#event-list li")
    .evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset.sequence)));

it("events go on without loss or doubling, and nothing of the last hour is forgotten", async () => {
  const client = new JobClient(service.url);
  let isDown = false;
  const opened = await openPage(browser, service.url, { isDown: () => isDown });
  const { page, view } = opened;
  await view("#/events", "Events");
  const connection = page.locator(".connection");
  await connection.getByText("Live").waitFor();
  const first = await client.create([...images, ...images]);
  await client.finished(first.id);
  const logged = async () => (await client.events()).map(({ sequence }) => sequence).reverse();
  // Events are published shortly after the changes that they tell of.
  const isOver = async (id: string) => (await client.events(id)).at(-1)?.type === "dev.sightline.job.succeeded";
  await expect.poll(() => isOver(first.id)).toBe(true);
  await expect.poll(() => sequencesOf(page)).toEqual(await logged());

  isDown = true;
  await service.kill();
  await connection.getByText("Reconnecting…").waitFor();
  service = await startService(environment);
  const second = await client.create(images);
  await client.finished(second.id);
  await connection.getByText("Live").waitFor();
  isDown = false;
  await expect.poll(() => isOver(second.id)).toBe(true);
  const all = await logged();
  expect(all).toHaveLength((await client.events(first.id)).length + (await client.events(second.id)).length);
  await expect.poll(() => sequencesOf(page)).toEqual(all);

  await view("#/", "Overview");
  const failures = page.locator(".tile", { hasText: "Failed, last hour" });
  await failures.getByText("of 9", { exact: true }).waitFor();
  const chart = page.getByRole("img", { name: /^Images per second, images of jobs/ });
  await expect.poll(() => chart.getAttribute("aria-label")).toMatch(/done now [\d.]/);
  await expect.poll(() => chart.locator("canvas").count()).toBe(1);
  await opened.close();
});

it("a page in the background asks for nothing, and catches up when it is looked at again", async () => {
  const client = new JobClient(service.url);
  const opened = await openPage(browser, service.url);
  const { page, view } = opened;
  await view("#/events", "Events");
  const connection = page.locator(".connection");
  await connection.getByText("Live").waitFor();
  const setHidden = (isHidden: boolean) =>
    page.evaluate((value) => {
      Object.defineProperty(document, "hidden", { value, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, isHidden);
  await setHidden(true);
  await connection.getByText("Paused").waitFor();
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  const { id } = await client.create(images);
  await client.finished(id);
  expect(requests).toEqual([]);
  await setHidden(false);
  await connection.getByText("Live").waitFor();
  await expect.poll(async () => (await client.events(id)).at(-1)?.type).toBe("dev.sightline.job.succeeded");
  const all = (await client.events()).map(({ sequence }) => sequence).reverse();
  await expect.poll(() => sequencesOf(page)).toEqual(all);
  await opened.close();
});

it("what has no answer is asked for again, by the pages and by the connection for events", async () => {
  await new JobClient(service.url).create(images);
  const opened = await openPage(browser, service.url);
  const { page, view } = opened;
  await page.clock.install();
  await page.reload();
  const connection = page.locator(".connection");
  await connection.getByText("Live").waitFor();
  const held: string[] = [];
  /** As if the connection were dead, which nobody tells the browser. */
  const hold = (path: string) =>
    page.route(
      (url) => url.pathname === path,
      (route) => void held.push(route.request().url()),
      { times: 1 },
    );
  await hold("/v1/jobs");
  await view("#/jobs", "Jobs");
  await expect.poll(() => held).toHaveLength(1);
  await page.clock.fastForward(30_000);
  await page.locator("table.jobs").waitFor();

  await hold("/v1/whoami");
  await page.clock.fastForward(60_000);
  await connection.getByText("Reconnecting…").waitFor();
  await expect.poll(() => held).toHaveLength(2);
  await page.clock.fastForward(60_000);
  await connection.getByText("Live").waitFor();
  await opened.close();
});

it("a page that the service asks to wait does so, whatever happens meanwhile", async () => {
  const client = new JobClient(service.url);
  const opened = await openPage(browser, service.url);
  const { page } = opened;
  await page.clock.install();
  await page.reload();
  await page.locator(".connection").getByText("Live").waitFor();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  const problem = { title: "Too many requests", status: 429, code: "RATE_LIMITED", detail: "The limit is reached." };
  let refusals = 0;
  await page.route(
    (url) => url.pathname === "/v1/statistics",
    (route) => {
      refusals++;
      return route.fulfill({ status: 429, headers: { "Retry-After": "60" }, json: problem });
    },
  );
  await page.clock.fastForward(10_000);
  await page.getByRole("alert").getByText("The page tries again within a minute").waitFor();
  const refused = refusals;
  // Not all of the minute may pass until the requests are counted, so nothing is waited for that takes long.
  const { id } = await client.create(images, "?execute=false");
  await page.locator(".event", { hasText: "created" }).locator(`a[title="${id}"]`).waitFor();
  await page.clock.fastForward(2_000);
  // A request that was sent before this one has been counted.
  await page.evaluate(() => fetch("/ping"));
  expect(refusals).toBe(refused);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.clock.fastForward(60_000);
  await page.getByRole("alert").waitFor({ state: "detached" });
  await opened.close();
});
