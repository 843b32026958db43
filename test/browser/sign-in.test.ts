/** The dashboard where requests need a key, in a real browser; and what a foreign page can do with that browser. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { sample } from "../support/images.ts";
import { form, manyGolden } from "../support/job-client.ts";
import { ADMIN_KEY, bearer, KeyClient } from "../support/key-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { faultsOf } from "./faults.ts";
import { type OpenedPage, openPage, signIn } from "./opened-page.ts";

let service: RunningService;
let client: KeyClient;
let browser: Browser;
beforeAll(async () => {
  service = await startService({ AUTH: "keys", ADMIN_KEY });
  client = new KeyClient(service.url);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

const makeKeys = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => client.key({ name: `key ${index}`, scopes: ["process"] })));
const cookiesOf = ({ page }: OpenedPage) => page.context().cookies();
const images = () => form([{ name: "astronaut.png", bytes: sample("astronaut.png") }]);

describe.each([1440, 390])("signing in, %i pixels wide", (width) => {
  it("lets an administrator see everything, make a key and revoke it, and leave", async () => {
    const opened = await openPage(browser, service.url, { viewport: { width, height: 844 } });
    const { page, view } = opened;
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    expect(await page.locator("form").innerText()).toContain("The administrator's key is the value of ADMIN_KEY.");
    expect(await page.evaluate(faultsOf)).toEqual([]);
    await signIn(opened, "sl_wrong");
    await page.getByText("The key is unknown.").waitFor();
    const button = page.getByRole("button", { name: "Sign in" });
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await cookiesOf(opened)).toEqual([]);
    await signIn(opened, ADMIN_KEY);
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await page.locator(".connection").getByText("Live").waitFor();
    const [cookie] = await cookiesOf(opened);
    expect(cookie).toMatchObject({ name: "sightline", httpOnly: true, sameSite: "Strict", path: "/" });
    expect(cookie?.value).not.toContain(ADMIN_KEY);
    expect(
      await page.evaluate(() => [document.cookie, JSON.stringify({ ...localStorage, ...sessionStorage })]),
    ).toEqual(["", "{}"]);

    await view("#/keys", "Keys");
    const name = `made at ${width} <b>`;
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("process process images").check();
    await page.getByRole("button", { name: "Create" }).click();
    const key = await page.locator(".new-key code").innerText();
    expect((await client.whoAmI(key)).body).toMatchObject({ scopes: ["process"], key: { name } });
    expect(await page.evaluate(faultsOf)).toEqual([]);
    await page.getByRole("button", { name: `Revoke the key ${name}` }).click();
    await page.getByRole("button", { name: "Revoke", exact: true }).last().click();
    await expect.poll(async () => (await client.whoAmI(key)).status).toBe(401);

    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Keys" }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    expect(await cookiesOf(opened)).toEqual([]);
    await opened.close();
  });

  it("lets a client see its own, live, and ends with its key", async () => {
    const mine = await client.key({ name: "camera", scopes: ["jobs", "process"] });
    const other = await client.key({ scopes: ["jobs"] });
    const { body: foreign } = await client.post("/v1/jobs", images(), bearer(other.key));
    const opened = await openPage(browser, service.url, { viewport: { width, height: 844 } });
    const { page, view } = opened;
    await signIn(opened, mine.key);
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    // On a phone, the pages are in a menu.
    if (width < 640) await page.getByRole("button", { name: "Menu" }).click();
    const pages = page.getByRole("navigation", { name: "Pages of the dashboard" });
    const links = await pages.getByRole("link").allInnerTexts();
    expect(links).toEqual(["Overview", "Jobs", "Dead letters", "Models", "Events", "Try it"]);
    await page.locator(".connection").getByText("Live").waitFor();
    const { body: own } = await client.post("/v1/jobs", images(), bearer(mine.key));
    await page.locator(`.job-row a[title="${own.id}"]`).waitFor();
    await page.locator(".tile", { hasText: "Succeeded" }).locator(".value", { hasText: "1" }).waitFor();
    expect(await page.getByRole("heading", { name: /^(Nodes|Images of)/ }).count()).toBe(0);
    expect(await page.content()).not.toContain(foreign.id);
    await view("#/events", "Events");
    await expect.poll(() => page.content()).toContain(own.id);
    expect(await page.content()).not.toContain(foreign.id);
    expect(await page.evaluate(faultsOf)).toEqual([]);
    await client.revoke(mine.id);
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    await signIn(opened, other.key);
    await page.getByRole("heading", { level: 1, name: "Events" }).waitFor();
    await expect.poll(() => page.content()).toContain(foreign.id);
    expect(await page.content()).not.toContain(own.id);
    await opened.close();
  });
});

it("a client finds its events also where others had many since", async () => {
  const [mine, other] = [await client.key({ scopes: ["jobs"] }), await client.key({ scopes: ["jobs"] })];
  const run = async (key: string, body: FormData) => {
    const { id } = (await client.post("/v1/jobs", body, bearer(key))).body;
    const events = () => client.get(`/v1/jobs/${id}/events?after=0&limit=1000`, bearer(key));
    await expect.poll(async () => (await events()).body.items.at(-1)?.type).toBe("dev.sightline.job.succeeded");
    return id;
  };
  const own = await run(mine.key, images());
  await run(other.key, form(manyGolden(80)));
  const opened = await openPage(browser, service.url);
  await signIn(opened, mine.key);
  await opened.page.locator(".connection").getByText("Live").waitFor();
  await opened.page.getByText("No recent event").waitFor();
  await opened.view("#/events", "Events");
  const { page } = opened;
  const asked: string[] = [];
  page.on("request", (request) => request.url().includes("/v1/events?after=") && asked.push(request.url()));
  // A second click before the answer asks for nothing more: its events would be listed twice.
  await page.getByRole("button", { name: "Show earlier events" }).evaluate((button: HTMLElement) => {
    button.click();
    button.click();
  });
  await page.locator(`.event a[title="${own}"]`).first().waitFor();
  expect(asked).not.toEqual([]);
  expect(asked).toEqual([...new Set(asked)]);
  await opened.close();
});

it("a double click makes one key", async () => {
  const opened = await openPage(browser, service.url);
  const { page, view } = opened;
  await signIn(opened, ADMIN_KEY);
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await view("#/keys", "Keys");
  await page.getByLabel("Name").fill("twice");
  await page.getByLabel("process process images").check();
  await page.getByRole("button", { name: "Create" }).dblclick();
  await page.locator(".new-key").waitFor();
  await page.getByRole("cell", { name: "twice", exact: true }).first().waitFor();
  const { items } = (await client.get("/v1/keys?limit=1000", bearer(ADMIN_KEY))).body;
  expect(items.filter(({ name }: { name: string }) => name === "twice")).toHaveLength(1);
  await opened.close();
});

it("a double click turns one page", async () => {
  await makeKeys(51);
  const opened = await openPage(browser, service.url);
  const { page, view } = opened;
  await signIn(opened, ADMIN_KEY);
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await view("#/keys", "Keys");
  const double = (name: string) =>
    page.getByRole("button", { name }).evaluate((button: HTMLButtonElement) => {
      button.click();
      button.click();
    });
  const rows = () => page.locator("tbody tr").count();
  await double("Next →");
  // The button is disabled while the page loads, too.
  await expect.poll(rows).toBeLessThan(50);
  await page.getByRole("button", { name: "Next →", disabled: true }).waitFor();
  await double("← Previous");
  await page.getByRole("button", { name: "Next →", disabled: false }).waitFor();
  expect(await rows()).toBe(50);
  // It has nothing to do at the last page, and keeps the focus.
  const next = page.getByRole("button", { name: "Next →" });
  await next.press("Enter");
  await expect.poll(rows).toBeLessThan(50);
  await page.getByRole("button", { name: "Next →", disabled: true }).waitFor();
  expect(await next.evaluate((button) => button === document.activeElement)).toBe(true);
  await opened.close();
});

it.each([
  ["#/keys", "Keys"],
  ["#/audit", "Audit log"],
])("a reload and the Back button keep the place in the list of %s", async (hash, title) => {
  await makeKeys(51);
  const opened = await openPage(browser, service.url);
  const { page, view } = opened;
  await signIn(opened, ADMIN_KEY);
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await view(hash, title);
  const firstRow = page.locator("tbody tr").first();
  const previous = (disabled: boolean) => page.getByRole("button", { name: "← Previous", disabled });
  const newest = await firstRow.innerText();
  await page.getByRole("button", { name: "Next →" }).click();
  await expect.poll(() => firstRow.innerText()).not.toBe(newest);
  await previous(false).waitFor();
  await page.reload();
  await previous(false).waitFor();
  await view("#/models", "Models");
  await page.goBack();
  await previous(false).waitFor();
  await page.goBack();
  await previous(true).waitFor();
  await opened.close();
});

it("a second try makes no second key where the answer to the first was lost", async () => {
  const opened = await openPage(browser, service.url);
  const { page, view } = opened;
  await signIn(opened, ADMIN_KEY);
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await view("#/keys", "Keys");
  let losses = 1;
  await page.route("**/v1/keys", async (route) => {
    if (route.request().method() !== "POST" || losses-- <= 0) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await page.getByLabel("Name").fill("lost");
  await page.getByLabel("Expires").selectOption("in 30 days");
  await page.getByLabel("process process images").check();
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByText("The service does not answer.").waitFor();
  await page.getByRole("button", { name: "Create" }).click();
  const key = await page.locator(".new-key code").innerText();
  expect((await client.whoAmI(key)).body).toMatchObject({ key: { name: "lost" } });
  const { items } = (await client.get("/v1/keys?limit=1000", bearer(ADMIN_KEY))).body;
  expect(items.filter(({ name }: { name: string }) => name === "lost")).toHaveLength(1);
  // Another key of this name is one more.
  await page.getByLabel("Name").fill("lost");
  await page.getByLabel("Expires").selectOption("in 30 days");
  await page.getByLabel("process process images").check();
  await page.getByRole("button", { name: "Create" }).click();
  await expect.poll(() => page.locator(".new-key code").innerText()).not.toBe(key);
  await opened.close();
});

it("learns who is signed in once the service answers, without a reload", async () => {
  const opened = await openPage(browser, service.url);
  const { page, view } = opened;
  await signIn(opened, ADMIN_KEY);
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await view("#/jobs", "Jobs");
  await page.route("**/v1/**", (route) => route.abort());
  await page.reload();
  await page.getByText("The service does not answer. The page tries again every few seconds.").waitFor();
  await page.unroute("**/v1/**");
  // What only administrators see, on the page that is open and of other pages.
  await page.getByLabel("Owner").waitFor();
  await page.getByRole("link", { name: "Keys" }).click();
  await page.getByRole("heading", { level: 1, name: "Keys" }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  await opened.close();
});

it("says so if signing out failed, since the browser is signed in still", async () => {
  const opened = await openPage(browser, service.url, { isDown: () => true });
  const { page } = opened;
  await signIn(opened, ADMIN_KEY);
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await page.route("**/v1/sign-out", (route) => route.abort());
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("alert").getByText("The service does not answer.").waitFor();
  expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("Overview");
  await page.unroute("**/v1/sign-out");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  expect(await cookiesOf(opened)).toEqual([]);
  await opened.close();
});

it("AUTH=off is said on every page of the dashboard", async () => {
  const open = await startService({ HOST: "0.0.0.0", AUTH: "off" });
  const opened = await openPage(browser, open.url);
  await opened.page.getByText("Whoever reaches it may read and delete everything.").waitFor();
  await opened.view("#/jobs", "Jobs");
  await opened.page.getByText("Whoever reaches it may read and delete everything.").waitFor();
  expect(await opened.page.evaluate(faultsOf)).toEqual([]);
  await opened.close();
  await open.stop();
});

describe("a foreign page in the browser of somebody who is signed in", () => {
  let site: Server;
  let evil: string;
  beforeAll(async () => {
    site = createServer((_request, response) => {
      response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>evil</title>");
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => site.once("listening", resolve));
    // Of the same site, as browsers count, so that cookies would go along.
    evil = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  });
  afterAll(() => site.close());

  /** What pages of both kinds achieve: of the same site, with which browsers send the cookie, and of another one. */
  async function attack(opened: OpenedPage, url: string, jobId: string) {
    const all: Record<string, unknown>[] = [];
    for (const origin of [evil, evil.replace("127.0.0.1", "localhost")]) {
      const page = await opened.page.context().newPage();
      await page.goto(origin);
      const outcomes = await page.evaluate(
        async ([service, id]) => {
          const attempt = (path: string, init: RequestInit = {}) =>
            fetch(`${service}${path}`, { credentials: "include", ...init }).then(
              ({ status }) => status,
              () => "refused",
            );
          const image = (path: string) =>
            new Promise((resolve) => {
              const element = new Image();
              element.onload = () => resolve("shown");
              element.onerror = () => resolve("refused");
              element.src = `${service}${path}`;
            });
          await attempt(`/v1/jobs/${id}`, { method: "DELETE" });
          await attempt(`/v1/jobs/${id}/cancel`, { method: "POST", mode: "no-cors" });
          await attempt("/v1/jobs?execute=false", { method: "POST", mode: "no-cors", body: new FormData() });
          navigator.sendBeacon(`${service}/v1/jobs/${id}/execute`);
          const target = document.createElement("form");
          target.method = "POST";
          target.target = "_blank";
          target.action = `${service}/v1/jobs/${id}/cancel`;
          document.body.append(target);
          target.submit();
          return {
            read: await attempt("/v1/jobs"),
            who: await attempt("/v1/whoami"),
            picture: await image(`/v1/jobs/${id}/images/0/picture`),
          };
        },
        [url, jobId] as const,
      );
      all.push(outcomes);
      await page.close();
    }
    return all;
  }
  const nothing = Array(2).fill({ read: "refused", who: "refused", picture: "refused" });

  it("neither reads nor changes anything", async () => {
    const { key } = await client.key({ scopes: ["jobs", "collections", "sessions"] });
    const { body: job } = await client.post("/v1/jobs?execute=false", images(), bearer(key));
    const opened = await openPage(browser, service.url);
    await signIn(opened, key);
    await opened.page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    expect(await attack(opened, service.url, job.id)).toEqual(nothing);
    expect((await client.get("/v1/jobs", bearer(key))).body.items).toMatchObject([{ id: job.id, state: "created" }]);
    await opened.page.context().close();
  });

  it("nor does it on a machine where no keys are needed", async () => {
    const open = await startService();
    const local = new KeyClient(open.url);
    const { body: job } = await local.post("/v1/jobs?execute=false", images());
    const opened = await openPage(browser, open.url);
    await opened.page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    expect(await attack(opened, open.url, job.id)).toEqual(nothing);
    expect((await local.get("/v1/jobs")).body.items).toMatchObject([{ id: job.id, state: "created" }]);
    await opened.page.context().close();
    await open.stop();
  });
});
