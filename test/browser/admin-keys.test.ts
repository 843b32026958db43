/** The page of keys, where the admin key that somebody is signed in with is about to be lost. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { JobClient } from "../support/job-client.ts";
import { bearer } from "../support/key-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { violationsOn } from "./axe.ts";
import { faultsOf } from "./faults.ts";
import { type OpenedPage, openPage, signIn } from "./opened-page.ts";

const PRINTED = /^The admin key of this service, which is not shown again: (sl_[\w-]{43})$/;
const LAST =
  "This is the last admin key: without another one, keys can be made again only after a start with ADMIN_KEY.";
const OWN = "You are signed in with a key that becomes invalid.";

let service: RunningService;
let client: JobClient;
let browser: Browser;
/** The key that the service has made, whose owner is the first administrator. */
let first: string;
beforeAll(async () => {
  service = await startService({ AUTH: "keys", THREADS: "1" });
  client = new JobClient(service.url);
  browser = await launchBrowser();
  const printed = () => service.log.flatMap((line) => PRINTED.exec(line)?.[1] ?? []);
  await until(() => printed().length === 1);
  [first = ""] = printed();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

const statusOf = async (key: string) => (await client.get("/v1/whoami", bearer(key))).status;

async function keyOf(name: string, scopes: string[]): Promise<{ id: string; key: string }> {
  const { status, body } = await client.postJson("/v1/keys", { name, scopes }, bearer(first));
  expect(status).toBe(201);
  return body;
}

async function keysPage(key: string): Promise<OpenedPage> {
  const opened = await openPage(browser, service.url);
  await signIn(opened, key);
  await opened.page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await opened.view("#/keys", "Keys");
  return opened;
}

/** Presses a button of a key. @returns the question, once it is asked. */
async function questionOf({ page }: OpenedPage, name: string): Promise<string> {
  await page.getByRole("button", { name, exact: true }).click();
  return page.locator("dialog.confirm p").innerText();
}

const answer = ({ page }: OpenedPage, name: string) => page.locator("dialog").getByRole("button", { name }).click();

it("whoever is about to lose the last admin key, or their own, is told so before", async () => {
  const opened = await keysPage(first);
  const { page } = opened;
  expect(await questionOf(opened, "Revoke the key first admin")).toContain(LAST);
  expect([...(await page.evaluate(faultsOf)), ...(await violationsOn(page))]).toEqual([]);
  await answer(opened, "Keep it");
  // Its key stays.
  const erasure = await questionOf(opened, "Erase everything of the owner of first admin");
  expect(erasure).toMatch(
    /^All that belongs to the first administrator is erased .* The keys and sessions stay valid\.$/,
  );
  await answer(opened, "Keep it");
  expect(await statusOf(first)).toBe(200);

  const camera = await keyOf("camera", ["process"]);
  const second = await keyOf("second admin", ["admin"]);
  await page.reload();
  // As the audit log names it.
  await page.getByRole("row").filter({ hasText: "camera" }).getByText(camera.id.slice(0, 8)).waitFor();
  expect(await questionOf(opened, "Revoke the key camera")).toMatch(/^Whoever uses the key/);
  await answer(opened, "Revoke");
  await expect.poll(() => statusOf(camera.key)).toBe(401);
  expect(await questionOf(opened, "Revoke the key second admin")).toMatch(/^Whoever uses the key/);
  await answer(opened, "Keep it");
  const own = await questionOf(opened, "Revoke the key first admin");
  expect(own).toContain(OWN);
  expect(own).not.toContain(LAST);
  await answer(opened, "Revoke");
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await opened.close();

  const other = await keysPage(second.key);
  expect(await questionOf(other, "Erase everything of the owner of second admin")).toContain(LAST);
  await answer(other, "Keep it");
  expect(await questionOf(other, "Revoke the key second admin")).toContain(LAST);
  await answer(other, "Keep it");
  expect(await statusOf(second.key)).toBe(200);
  first = second.key;
  await other.close();
});

it("the first administrator is one owner of jobs, by whichever key", async () => {
  const opened = await keysPage(first);
  const { page } = opened;
  await keyOf("camera of jobs", ["jobs"]);
  await opened.view("#/jobs", "Jobs");
  const owners = () => page.getByLabel("Owner").locator("option").allInnerTexts();
  await expect.poll(owners).toContain("camera of jobs");
  const values = await page
    .getByLabel("Owner")
    .locator("option")
    .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
  expect(values).toEqual([...new Set(values)]);
  await opened.close();
});

it("nothing is asked twice, on another page, or without knowing what is lost", async () => {
  await keyOf("waiting", ["process"]);
  const opened = await keysPage(first);
  const { page, view } = opened;
  const revoke = page.getByRole("button", { name: "Revoke the key waiting" });
  await revoke.evaluate((button: HTMLElement) => {
    button.click();
    button.click();
  });
  await page.locator("dialog").waitFor();
  expect(await page.locator("dialog").count()).toBe(1);
  await answer(opened, "Keep it");

  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/v1/whoami", async (route) => {
    await held;
    await route.continue();
  });
  const asked = page.waitForRequest("**/v1/whoami");
  await revoke.click();
  const request = await asked;
  await view("#/models", "Models");
  release();
  // The browser gives the request up, since nobody waits for its answer.
  await expect.poll(() => request.failure()?.errorText).toBe("net::ERR_ABORTED");
  await page.unroute("**/v1/whoami");
  expect(await page.locator("dialog").count()).toBe(0);

  await view("#/keys", "Keys");
  await page.route("**/v1/whoami", (route) => route.abort());
  await revoke.click();
  await page.getByRole("alert").getByText("The service does not answer.").waitFor();
  expect(await page.locator("dialog").count()).toBe(0);
  await opened.close();
});
