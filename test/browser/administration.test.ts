/**
 * The pages for administrators, and signing in: for those who use a screen reader, a phone, or the dark. And what
 * others see, with keys that allow little, or no longer anything.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditEntry } from "../../lib/contracts/audit.ts";
import { launchBrowser } from "../support/browser.ts";
import { sample, samplePath } from "../support/images.ts";
import { form } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { violationsOn } from "./axe.ts";
import { excessOfLargeLetters, faultsOf } from "./faults.ts";
import { type OpenedPage, openPage, type PageOptions, signIn } from "./opened-page.ts";

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

/** For people who look at them: SCREENSHOTS names a folder. */
async function look({ page }: OpenedPage, name: string): Promise<void> {
  const faults = [...(await page.evaluate(faultsOf)), ...(await violationsOn(page))];
  const excess = await page.evaluate(excessOfLargeLetters);
  expect({ name, faults, excess }).toEqual({ name, faults: [], excess: 0 });
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

// Each width and each theme once: how wide a page is decides no color.
describe.each([
  [1280, "light"],
  [390, "dark"],
] as const)("%i pixels wide, %s", (width, colorScheme) => {
  it("an administrator erases everything of a key, and finds it in the audit log", async () => {
    const name = `camera ${width} ${colorScheme} ${"with a long name ".repeat(3)}`.trim();
    const key = await client.key({ name, scopes: ["process", "jobs", "sessions", "collections"] });
    await client.post("/v1/jobs", form([{ name: "a.png", bytes: sample("astronaut.png") }]), bearer(key.key));
    const permissions = ["clipboard-write"];
    const viewport = { width, height: 844 };
    const opened = await openPage(browser, service.url, { colorScheme, viewport, permissions });
    const { page, view } = opened;
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    await look(opened, `sign-in-${width}-${colorScheme}`);
    await signIn(opened, ADMIN_KEY);
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await page.locator(".connection.live").waitFor();
    // One line of buttons and links.
    expect(await page.locator("header").evaluate(({ clientHeight }) => clientHeight)).toBeLessThan(60);
    await view("#/jobs", "Jobs");
    if (width < 861) await page.getByText("More filters").click();
    // The owner of what is done with ADMIN_KEY, which is not among the keys.
    await page.getByLabel("Owner").selectOption({ label: "administrator" });
    await page.getByText("No job matches these filters.").waitFor();
    await page.getByLabel("Owner").selectOption({ label: name });
    await expect.poll(() => page.locator("tbody tr").count()).toBe(1);
    await page.locator("tbody td[data-label=Owner]").getByText(name).waitFor();
    await look(opened, `jobs-${width}-${colorScheme}`);
    await view("#/keys", "Keys");
    await page.getByText(name).waitFor();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill(`limited ${width} ${colorScheme}`);
    await page.getByRole("spinbutton", { name: "Requests a minute" }).fill("600");
    await page.getByRole("spinbutton", { name: "Images a minute" }).fill("1000");
    await page.getByRole("spinbutton", { name: "Stored bytes" }).fill("5000000");
    await page.getByRole("checkbox", { name: /^process/ }).check();
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByText("which is not shown again").waitFor();
    await page.getByRole("button", { name: "Copy the new key" }).click();
    await page.getByText("Copied the new key.").waitFor({ state: "attached" });
    const limited = page.getByRole("row").filter({ hasText: `limited ${width} ${colorScheme}` });
    await limited.getByText("Requests a minute: 600").waitFor();
    await limited.getByText("Images a minute: 1,000").waitFor();
    await limited.getByText("Stored bytes: 5 MB").waitFor();
    await look(opened, `keys-${width}-${colorScheme}`);
    // The erasure may be over before it is seen under way.
    const { promise: seen, resolve: goOn } = Promise.withResolvers<void>();
    await page.route("**/v1/erasures", async (route) => {
      await seen;
      await route.continue();
    });
    await page.getByRole("button", { name: `Erase everything of the owner of ${name}` }).click();
    await page.getByRole("button", { name: "Erase", exact: true }).last().click();
    await page.getByRole("row").getByText("Erasing…").waitFor();
    goOn();
    await page.getByText("nothing remains").waitFor();
    await page.getByText(/keys: 1, .*jobs: 1/).waitFor();
    await page.getByText(name).waitFor({ state: "detached" });
    expect((await client.whoAmI(key.key)).status).toBe(401);
    await look(opened, `erased-${width}-${colorScheme}`);
    await view("#/audit", "Audit log");
    await page.getByText("erasure.request").first().waitFor();
    await page.getByText(key.id).first().waitFor();
    await look(opened, `audit-${width}-${colorScheme}`);
    await opened.close();
  });
});

it("times are in the zone that is chosen, whatever the language and the clock of the browser", async () => {
  const day = 86_400_000;
  const expiresAt = new Date(Date.now() + 30 * day).toISOString();
  const made = await client.key({ name: "for a month", scopes: ["jobs"], expiresAt });
  const deadline = new Date(Date.now() + day / 12).toISOString();
  const body = form([{ name: "a.png", bytes: sample("astronaut.png") }]);
  const { id } = (await client.post(`/v1/jobs?execute=false&deadline=${deadline}`, body, bearer(made.key))).body;
  const opened = await openPage(browser, service.url, { locale: "de-DE", timezoneId: "Asia/Kolkata" });
  const { page, view } = opened;
  // An hour ahead of the service's.
  await page.clock.install({ time: Date.now() + day / 24 });
  await page.reload();
  await signIn(opened, ADMIN_KEY);
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  const shown = (time: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Kolkata", timeStyle: "medium", ...options }).format(
      new Date(time),
    );
  await view("#/keys", "Keys");
  await page.getByRole("columnheader", { name: "Created, GMT+5:30" }).waitFor();
  const row = page.getByRole("row").filter({ hasText: "for a month" });
  const state = await row.locator("[data-label=State]").innerText();
  expect(state).toMatch(/^valid until/);
  expect(state).toContain(`${shown(expiresAt, { dateStyle: "medium" })} GMT+5:30`);
  expect(state).toMatch(/in (29 d 23 h|30 d)$/);
  // Not an hour ago.
  expect(await row.locator("[data-label=Created]").innerText()).toMatch(/(just now|\d+ (s|min) ago)$/);
  await view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
  expect(await page.locator(".facts").innerText()).toMatch(/Deadline\n.*\n?in (1 h [1-5]\d min|2 h)/);
  await view("#/audit", "Audit log");
  await page.getByRole("columnheader", { name: "Time, GMT+5:30" }).waitFor();
  const ofKey = page.getByRole("row").filter({ hasText: made.id }).filter({ hasText: "key.create" });
  const { items } = (await client.get("/v1/audit", asAdmin)).body;
  const { time } = items.find(({ object, action }: AuditEntry) => object === made.id && action === "key.create");
  expect(await ofKey.locator("[data-label=Time]").innerText()).toContain(shown(time, {}));
  await opened.close();
});

/** The dashboard as the holder of a key sees it. */
async function openWith(key: string, options: PageOptions = {}) {
  const opened = await openPage(browser, service.url, options);
  await signIn(opened, key);
  await opened.page.getByRole("button", { name: "Sign out" }).waitFor();
  return opened;
}

const createJob = async (key: string) => {
  const files = form([{ name: "a.png", bytes: sample("astronaut.png") }]);
  return (await client.post("/v1/jobs?execute=false", files, bearer(key))).body.id as string;
};

it("a key that allows little is shown what it allows, and told what other pages need", async () => {
  const maker = await client.key({ scopes: ["jobs"] });
  const reader = await client.key({ scopes: ["read-only"], sharesWith: maker.id });
  const id = await createJob(maker.key);
  for (const [key, buttons] of [
    [maker.key, ["Execute", "Cancel", "Delete"]],
    [reader.key, []],
  ] as const) {
    const { page, view, close } = await openWith(key);
    await view("#/jobs", "Jobs");
    await page.getByRole("link", { name: id.slice(0, 8) }).waitFor();
    expect(await page.locator("tbody [type=checkbox]").count()).toBe(buttons.length > 0 ? 1 : 0);
    await view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
    expect(await page.locator(".title-row button").allInnerTexts()).toEqual(buttons);
    await view("#/keys", "Not allowed");
    await page.getByText("This page needs a key that allows admin.").waitFor();
    expect([...(await page.evaluate(faultsOf)), ...(await violationsOn(page))]).toEqual([]);
    await close();
  }
});

it("a key for images only is told what the list of jobs needs, and why many images are not sent", async () => {
  const { page, view, close } = await openWith((await client.key({ scopes: ["process"] })).key);
  await view("#/jobs", "Not allowed");
  await page
    .getByText("needs a key that allows jobs or read-only. The one you are signed in with allows process.")
    .waitFor();
  await view("#/try", "Try it");
  expect(await page.getByLabel(/Make it a job/).count()).toBe(0);
  const bytes = Buffer.from("no image");
  const files = Array.from({ length: 61 }, (_, n) => ({ name: `${n}.png`, mimeType: "image/png", buffer: bytes }));
  await page.setInputFiles("input[name=files]", files);
  await page.getByText("More than 60 images become a job, for which the key must allow jobs.").waitFor();
  await close();
});

it.each([
  [["metrics"], "Overview"],
  [["jobs"], "Overview"],
  [["read-only"], "Overview"],
  [["process"], "Try it"],
  [["process", "sessions"], "Try it"],
  [["sessions"], "Models"],
  [["collections"], "Models"],
] as const)(
  "a key for %j arrives at the first page that it is for, %s, from which Back leads out",
  async (scopes, title) => {
    const opened = await openPage(browser, service.url, { path: "/ping" });
    const { page, close } = opened;
    await page.goto(`${service.url}/dashboard`);
    await signIn(opened, (await client.key({ scopes: [...scopes] })).key);
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await page.goBack();
    expect(page.url()).toBe(`${service.url}/ping`);
    await close();
  },
);

it("a key that the browser does not let the page copy is said to be not copied", async () => {
  const { page, view, close } = await openWith(ADMIN_KEY);
  await page.evaluate(() => {
    const writeText = () => Promise.reject(new DOMException("denied", "NotAllowedError"));
    Object.defineProperty(navigator, "clipboard", { value: { writeText } });
    const execCommand = document.execCommand.bind(document);
    let refusals = 1;
    document.execCommand = (command) => refusals-- <= 0 && execCommand(command);
  });
  await view("#/keys", "Keys");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("to be copied");
  await page.getByRole("checkbox", { name: /^process/ }).check();
  await page.getByRole("button", { name: "Create" }).click();
  const copy = page.getByRole("button", { name: /copy the new key/i });
  await copy.click();
  await copy.getByText("Not copied").waitFor();
  await page.getByText("The browser does not let this page copy.").waitFor({ state: "attached" });
  expect([...(await page.evaluate(faultsOf)), ...(await violationsOn(page))]).toEqual([]);
  // In the old way, which some browsers allow.
  await copy.click();
  await page.getByText("Copied the new key.").waitFor({ state: "attached" });
  expect(await copy.innerText()).toBe("");
  await close();
});

it("the page of a job that has ended does not read its results and events again, which would fill the audit log", async () => {
  const { key } = await client.key({ scopes: ["jobs"] });
  const job = await createJob(key);
  await client.post(`/v1/jobs/${job}/cancel`, undefined, bearer(key));
  const { page, view, close } = await openWith(ADMIN_KEY);
  await page.clock.install();
  await view(`#/jobs/${job}`, `Job ${job.slice(0, 8)}`);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const loadAgain = async () => {
    const answer = page.waitForResponse(`**/v1/jobs/${job}`);
    await page.clock.fastForward(10_000);
    await answer;
  };
  const askedByLoads = async () => {
    asked.length = 0;
    for (let loads = 0; loads < 3; loads++) await loadAgain();
    return asked.filter((path) => path.startsWith(`/v1/jobs/${job}/`));
  };
  // Events may follow the end of a job, and a load that began before them may go on.
  await expect.poll(askedByLoads).toEqual([]);
  expect(asked).toContain(`/v1/jobs/${job}`);
  await page.getByRole("button", { name: "Waiting", exact: true }).click();
  await expect.poll(() => asked).toContain(`/v1/jobs/${job}/results`);
  await close();
});

it("a key that is revoked leaves nothing to be seen, and the page says why", async () => {
  const { key, id } = await client.key({ scopes: ["jobs"] });
  const job = await createJob(key);
  const { page, view, close } = await openWith(key);
  await view(`#/jobs/${job}`, `Job ${job.slice(0, 8)}`);
  await page.getByRole("button", { name: "a.png" }).click();
  await page.locator("dialog img").waitFor();
  await client.revoke(id);
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await page.getByText("This browser is no longer signed in: the key was revoked").waitFor();
  await page.locator("dialog").waitFor({ state: "detached" });
  await close();
});

it("whoever sends images with a key that was revoked meanwhile is asked to sign in", async () => {
  const { key, id } = await client.key({ scopes: ["process"] });
  const { page, close } = await openWith(key);
  // What the page reads by itself does not tell it that the key was revoked.
  await page.route("**/v1/models", (route) => route.fulfill({ json: { items: [] } }));
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Try it" }).waitFor();
  await client.revoke(id);
  await page.setInputFiles("input[name=files]", samplePath("astronaut.png"));
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await page.getByText("This browser is no longer signed in: the key was revoked").waitFor();
  await close();
});

it("whoever signs in in one tab is signed in in all", async () => {
  const watcher = await openWith((await client.key({ name: "watcher", scopes: ["metrics"] })).key);
  const other = await watcher.page.context().newPage();
  await other.goto(`${service.url}/dashboard`);
  await other.getByRole("button", { name: "Sign out" }).click();
  await watcher.page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await signIn({ ...watcher, page: other }, ADMIN_KEY);
  await watcher.page.getByRole("link", { name: "Audit log" }).waitFor();
  expect(await watcher.page.locator(".who").getAttribute("title")).toBe("Signed in as administrator");
  await watcher.close();
});

it("why an action failed stays in sight until it is read, also where the page is loaded anew", async () => {
  const { key } = await client.key({ scopes: ["jobs"] });
  const job = await createJob(key);
  const { page, view, close } = await openWith(key, { viewport: { width: 390, height: 300 } });
  await view(`#/jobs/${job}`, `Job ${job.slice(0, 8)}`);
  await page.route("**/execute", (route) => route.abort());
  await page.getByRole("button", { name: "Execute" }).click();
  const notice = page.getByRole("alert").getByText("The service does not answer.");
  await notice.waitFor();
  await client.post(`/v1/jobs/${job}/cancel`, undefined, bearer(key));
  await page.locator(".title-row .badge.cancelled").waitFor();
  for (const y of [0, 300]) {
    await page.evaluate((to) => scrollTo(0, to), y);
    const box = await notice.boundingBox();
    expect(box?.y).toBeGreaterThan(0);
    expect(box?.y).toBeLessThan(300);
  }
  await page.getByRole("button", { name: "Close the message" }).click();
  await notice.waitFor({ state: "detached" });
  await close();
});
