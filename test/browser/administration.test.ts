/** The pages for administrators, and signing in: for those who use a screen reader, a phone, or the dark. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditEntry } from "../../lib/contracts/audit.ts";
import { launchBrowser } from "../support/browser.ts";
import { sample } from "../support/images.ts";
import { form } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { violationsOn } from "./axe.ts";
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

/** For people who look at them: SCREENSHOTS names a folder. */
async function look({ page }: OpenedPage, name: string): Promise<void> {
  const faults = [...(await page.evaluate(faultsOf)), ...(await violationsOn(page))];
  expect({ name, faults }).toEqual({ name, faults: [] });
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

// Each width and each theme once: how wide a page is decides no color.
describe.each([
  [1440, "light"],
  [390, "dark"],
] as const)("%i pixels wide, %s", (width, colorScheme) => {
  it("an administrator erases everything of a key, and finds it in the audit log", async () => {
    const name = `camera ${width} ${colorScheme} ${"with a long name ".repeat(3)}`.trim();
    const key = await client.key({ name, scopes: ["process", "jobs", "sessions", "collections"] });
    await client.post("/v1/jobs", form([{ name: "a.png", bytes: sample("astronaut.png") }]), bearer(key.key));
    const opened = await openPage(browser, service.url, { colorScheme, viewport: { width, height: 844 } });
    const { page, view } = opened;
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    await look(opened, `sign-in-${width}-${colorScheme}`);
    await signIn(opened, ADMIN_KEY);
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await view("#/jobs", "Jobs");
    if (width < 861) await page.getByText("More filters").click();
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
    const limited = page.getByRole("row").filter({ hasText: `limited ${width} ${colorScheme}` });
    await limited.getByText("Requests a minute: 600").waitFor();
    await limited.getByText("Images a minute: 1,000").waitFor();
    await limited.getByText("Stored bytes: 5 MB").waitFor();
    await look(opened, `keys-${width}-${colorScheme}`);
    await page.getByRole("button", { name: `Erase everything of the owner of ${name}` }).click();
    await page.getByRole("button", { name: "Erase", exact: true }).last().click();
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
  expect(await row.locator("[data-label=Created]").innerText()).toMatch(/just now$|\d s ago$/);
  await view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
  expect(await page.locator(".facts").innerText()).toMatch(/Deadline\n.*\n?in (1 h 59 min|2 h)/);
  await view("#/audit", "Audit log");
  await page.getByRole("columnheader", { name: "Time, GMT+5:30" }).waitFor();
  const ofKey = page.getByRole("row").filter({ hasText: made.id }).filter({ hasText: "key.create" });
  const { items } = (await client.get("/v1/audit", asAdmin)).body;
  const { time } = items.find(({ object, action }: AuditEntry) => object === made.id && action === "key.create");
  expect(await ofKey.locator("[data-label=Time]").innerText()).toContain(shown(time, {}));
  await opened.close();
});
