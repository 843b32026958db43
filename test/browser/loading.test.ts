/** What the dashboard shows of a job while it loads, and once it has loaded, something newer. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { sample, samplePath } from "../support/images.ts";
import { JobClient } from "../support/job-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { openPage } from "./opened-page.ts";

let service: RunningService;
let client: JobClient;
let browser: Browser;
beforeAll(async () => {
  service = await startService();
  client = new JobClient(service.url);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

it("an image that is looked at is shown with its result once there is one", async () => {
  const files = [{ name: "a.png", bytes: sample("astronaut.png") }];
  const { id } = await client.create(files, "?execute=false");
  const opened = await openPage(browser, service.url, { path: `/dashboard#/jobs/${id}` });
  const { page } = opened;
  await page.getByRole("button", { name: "a.png" }).click();
  await page.locator("dialog .badge.pending").waitFor();
  await client.post(`/v1/jobs/${id}/execute`);
  await page.locator("dialog .badge.done").waitFor();
  expect(await page.locator("dialog rect.box").count()).toBe(1);
  await opened.close();
});

it("until other images are loaded, no page follows those that are shown", async () => {
  const files = Array.from({ length: 51 }, (_, n) => ({ name: `${n}.png`, bytes: Buffer.from(`no image ${n}`) }));
  const { id } = await client.create(files);
  await client.finished(id);
  const opened = await openPage(browser, service.url, { path: `/dashboard#/jobs/${id}` });
  const { page } = opened;
  const next = page.getByRole("button", { name: "Next →" });
  await next.waitFor();
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  await page.route(/state=done/, async (route) => {
    await answered;
    await route.continue();
  });
  await page.getByRole("button", { name: "Done", exact: true }).click();
  await page.getByRole("button", { name: "Done", exact: true, pressed: true }).waitFor();
  expect(await page.locator("tbody tr").count()).toBe(50);
  await next.click({ force: true });
  answer();
  await page.getByText("No image of the job is in this state.").waitFor();
  expect(await page.evaluate(() => location.hash)).toBe(`#/jobs/${id}?images=done`);
  await page.getByRole("button", { name: "All", exact: true }).click();
  await page.getByRole("button", { name: "Next →", disabled: false }).click();
  await expect.poll(() => page.locator("tbody tr").count()).toBe(1);
  await page.evaluate(() => {
    location.hash += "&images=done";
  });
  await page.getByText("The list ends before this page.").waitFor();
  await opened.close();
});

it("a second click before the outcome is shown asks for nothing, and one after a failure does", async () => {
  const { id } = await client.create([{ name: "a.png", bytes: sample("astronaut.png") }], "?execute=false");
  const opened = await openPage(browser, service.url, { path: `/dashboard#/jobs/${id}` });
  const { page } = opened;
  const execute = page.getByRole("button", { name: "Execute" });
  const clickTwice = () =>
    execute.evaluate((button: HTMLElement) => {
      button.click();
      button.click();
    });
  const asked: string[] = [];
  page.on("request", (request) => request.method() === "POST" && asked.push(request.url()));
  await execute.waitFor();
  await page.route("**/execute", (route) => route.abort(), { times: 1 });
  await clickTwice();
  await page.getByRole("alert").getByText("The service does not answer.").waitFor();
  expect(asked).toHaveLength(1);

  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const reload = page.waitForRequest((request) => request.url().endsWith(`/v1/jobs/${id}`) && asked.length === 2);
  await page.route(`**/v1/jobs/${id}`, async (route) => {
    if (asked.length === 2) await answered;
    await route.continue();
  });
  await clickTwice();
  await reload;
  await clickTwice();
  answer();
  await page.locator(".title-row .badge.succeeded").waitFor();
  expect(asked).toHaveLength(2);
  await opened.close();
});

it("a page that is chosen while the dashboard opens keeps what is begun on it", async () => {
  const opened = await openPage(browser, service.url, { path: "/ping" });
  const { page } = opened;
  const { promise: chosen, resolve: choose } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: live, resolve: goLive } = Promise.withResolvers<void>();
  // The first answer says who opens the dashboard. Whatever else asks is answered after images were sent.
  let asked = 0;
  await page.route("**/v1/whoami", async (route) => {
    await (asked++ === 0 ? chosen : begun);
    await route.continue();
  });
  await page.route("**/process", async (route) => {
    await live;
    await route.continue();
  });
  await page.goto(`${service.url}/dashboard`);
  const sent = page.waitForRequest("**/process");
  await page.evaluate(() => {
    addEventListener("hashchange", () => Object.assign(globalThis, { isChanged: true }));
    location.hash = "#/try";
  });
  await page.waitForFunction("globalThis.isChanged");
  choose();
  await page.getByRole("heading", { level: 1, name: "Try it" }).waitFor();
  await page.setInputFiles("input[name=files]", samplePath("astronaut.png"));
  await sent;
  begin();
  await page.locator(".connection").getByText("Live").waitFor();
  goLive();
  await page.getByRole("heading", { name: "astronaut.png" }).waitFor();
  await opened.close();
});

it("the focus that was moved on while a page loads is left where it is", async () => {
  const opened = await openPage(browser, service.url);
  const { page } = opened;
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  const { promise: moved, resolve: move } = Promise.withResolvers<void>();
  await page.route("**/v1/models", async (route) => {
    await moved;
    await route.continue();
  });
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  const asked = page.waitForRequest("**/v1/models");
  await page.getByRole("link", { name: "Models" }).press("Enter");
  await asked;
  await page.keyboard.press("Tab");
  await expect.poll(focused).toBe("Events");
  move();
  await page.getByRole("heading", { level: 1, name: "Models" }).waitFor();
  expect(await focused()).toBe("Events");
  await opened.close();
});

it("whoever has left the page of a job that is being deleted stays where they are", async () => {
  const { id } = await client.create([{ name: "a.png", bytes: sample("astronaut.png") }], "?execute=false");
  const opened = await openPage(browser, service.url, { path: `/dashboard#/jobs/${id}` });
  const { page, view } = opened;
  const { promise: left, resolve: leave } = Promise.withResolvers<void>();
  await page.route(`**/v1/jobs/${id}`, async (route) => {
    if (route.request().method() === "DELETE") await left;
    await route.continue();
  });
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete the job" }).click();
  await view("#/models", "Models");
  leave();
  await page.getByText("The job is deleted.").waitFor({ state: "attached" });
  expect(await page.evaluate(() => location.hash)).toBe("#/models");
  await opened.close();
});

it("where no key is needed, a page that needs one is no dead end", async () => {
  const opened = await openPage(browser, service.url, { path: "/dashboard#/keys" });
  const { page } = opened;
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await page.getByRole("link", { name: "Sightline" }).click();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await opened.close();
});

it("on a slow network, a page says that it loads, and asks for all its scripts before the first has arrived", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const asked = new Set<string>();
  page.on("request", (request) => request.resourceType() === "script" && asked.add(request.url()));
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  await page.route("**/dashboard/app.js", async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto(`${service.url}/dashboard`, { waitUntil: "commit" });
  await page.getByText("Loading…").waitFor();
  await expect.poll(() => asked).toContain(`${service.url}/dashboard/vendor/uplot/uplot.js`);
  const askedAtOnce = new Set(asked);
  arrive();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  expect(asked).toEqual(askedAtOnce);
  expect(await page.getByText("Loading…").count()).toBe(0);
  await context.close();
});
