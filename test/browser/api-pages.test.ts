/** The pages of the API in a real browser: the reference, and the one where operations are tried. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureDebianPackages } from "../../scripts/debian-packages.ts";
import { launchBrowser } from "../support/browser.ts";
import { astronautFaces } from "../support/images.ts";
import { ADMIN_KEY, asAdmin, KeyClient } from "../support/key-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { violationsOn } from "./axe.ts";
import { faultsOf } from "./faults.ts";
import { openPage, type PageOptions } from "./opened-page.ts";

const samples = fileURLToPath(new URL("../../test-data/samples/", import.meta.url));
const astronaut = `${samples}astronaut.png`;
/** Each width and each theme once: how wide a page is decides no color. */
const WIDTHS_AND_THEMES = [
  [1440, "light"],
  [390, "dark"],
] as const;

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

const openTry = async (hash: string, options: PageOptions = {}) => {
  const opened = await openPage(browser, service.url, { path: `/docs/try#${hash}`, ...options });
  await opened.page.getByRole("button", { name: "Send" }).waitFor();
  return opened;
};
const enterKey = (page: Page, key = ADMIN_KEY) => page.getByLabel("Key", { exact: true }).fill(key);
const send = (page: Page) => page.getByRole("button", { name: "Send" }).click();
const answerOf = (page: Page) => page.locator(".answer");
const body = async (page: Page) => JSON.parse(await page.getByLabel("Body of the answer").innerText());
/** Once all of the answer is there: it is shown as it arrives. */
const whole = (page: Page) => page.getByRole("button", { name: "Stop" }).waitFor({ state: "detached" });
const status = async (page: Page, text: string) => {
  await answerOf(page).locator(".badge", { hasText: text }).waitFor();
  await whole(page);
};
const faultsOn = async (page: Page) => [...(await page.evaluate(faultsOf)), ...(await violationsOn(page))];

const finished = (id: string) =>
  expect.poll(async () => (await client.get(`/v1/jobs/${id}`, asAdmin)).body.state).toBe("succeeded");

describe("trying operations", () => {
  it.each(WIDTHS_AND_THEMES)("an image is sent and its boxes are shown: %i pixels, %s", async (width, colorScheme) => {
    const { page, close } = await openTry("process", { colorScheme, viewport: { width, height: 844 } });
    expect(await faultsOn(page)).toEqual([]);
    if (width < 640) await page.getByRole("button", { name: "Operations" }).click();
    await page.getByLabel("Find operations").fill("face boxes or other");
    await page.getByText("No operation matches.").waitFor();
    await page.getByLabel("Find operations").fill("find faces, or");
    await page.getByRole("link", { name: "POST /process" }).click();
    await send(page);
    await status(page, "401");
    await enterKey(page);
    // With a control character in its name.
    const named = { name: "bell\u0007.png", mimeType: "image/png", buffer: readFileSync(astronaut) };
    await page.getByLabel("images").setInputFiles(named);
    await send(page);
    await status(page, "200 OK");
    const { images } = await body(page);
    expect(images).toMatchObject([{ fileName: "bell%07.png", faces: astronautFaces }]);
    await page.getByRole("img", { name: "bell%07.png: 1 face" }).waitFor();
    expect(await page.locator("rect.box").count()).toBe(astronautFaces.length);
    expect(await faultsOn(page)).toEqual([]);
    await close();
  });

  it("a job is made, by the key of somebody who is signed in, then read and deleted", async () => {
    const { page, close } = await openPage(browser, service.url);
    await page.getByLabel("Key", { exact: true }).fill(ADMIN_KEY);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await page.getByRole("link", { name: "API" }).click();
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Try it" }).click();
    await page.getByText("who is signed in on the dashboard").waitFor();
    await page.getByRole("link", { name: "POST /v1/jobs", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Create a job" }).waitFor();
    await page.getByLabel("images").setInputFiles([astronaut, `${samples}coffee.png`]);
    await page.getByLabel("labels").fill("album:summer & \u202eautumn");
    await page.getByText("Headers", { exact: true }).click();
    await page.getByLabel("Idempotency-Key").fill("once");
    await send(page);
    await status(page, "202 Accepted");
    const { id } = await body(page);
    await send(page);
    await expect.poll(() => answerOf(page).locator("dl").textContent()).toContain("idempotency-replayed");
    await whole(page);
    expect((await body(page)).id).toBe(id);
    await finished(id);
    await answerOf(page).getByRole("link", { name: "Read a job", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Read a job" }).waitFor();
    expect(await page.getByLabel("id required").inputValue()).toBe(id);
    await send(page);
    await status(page, "200 OK");
    expect(await body(page)).toMatchObject({ id, labels: { album: "summer & \u202eautumn" }, images: { total: 2 } });
    // A character that would turn the text is seen as what it is.
    expect(await page.getByLabel("Body of the answer").innerText()).toContain("summer & \\u202eautumn");
    await answerOf(page).getByRole("link", { name: "Delete a job", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Delete a job" }).waitFor();
    await send(page);
    await status(page, "204");
    await page.getByText("The answer has no body.").waitFor();
    expect((await client.get(`/v1/jobs/${id}`, asAdmin)).status).toBe(404);
    await send(page);
    await status(page, "404");
    expect(await body(page)).toMatchObject({ status: 404, code: "JOB_NOT_FOUND" });
    await answerOf(page).locator(".notice", { hasText: "There is no such job" }).waitFor();
    const dashboard = await page.context().newPage();
    await dashboard.goto(`${service.url}/dashboard`);
    await dashboard.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("Requests need a key.").waitFor();
    await answerOf(page).getByRole("link", { name: "What to do" }).click();
    await page.waitForURL(/\/problems\/JOB_NOT_FOUND$/);
    await close();
  });

  it("JSON, a file as it is and an image as the answer", async () => {
    const { page, close } = await openTry("createKey");
    await enterKey(page);
    await page.getByLabel("JSON").fill('{"name": "made here", "scopes": ["process"]}');
    await send(page);
    await status(page, "201 Created");
    const { key } = await body(page);
    expect((await client.whoAmI(key)).body).toMatchObject({ key: { name: "made here" } });
    await page.getByRole("link", { name: "POST /process" }).click();
    await page.getByRole("heading", { level: 1, name: "Find faces" }).waitFor();
    await enterKey(page, key);
    await page.getByLabel("Accept", { exact: true }).selectOption("image/png");
    await page.getByLabel("Type").selectOption("image/*");
    await page.getByLabel("file", { exact: true }).setInputFiles(astronaut);
    await send(page);
    await status(page, "200 OK");
    const image = page.getByRole("img", { name: "The answer" });
    await expect.poll(() => image.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBe(512);
    await page.getByLabel("Type").selectOption("application/json");
    await page.getByLabel("JSON").fill("{");
    await send(page);
    await status(page, "400");
    await close();
  });

  it("a link fills in the path only", async () => {
    const { page, close } = await openTry("listResults?id=abc&limit=1&Sightline-Owner=none");
    expect(await page.locator("#path-id").inputValue()).toBe("abc");
    for (const name of ["query-limit", "header-Sightline-Owner"])
      expect(await page.locator(`#${name}`).inputValue()).toBe("");
    await close();
  });

  it.each([".", ".."])("%s is no id: nothing is asked of the path above", async (id) => {
    const { page, close } = await openTry(`removeFace?name=staff&id=${id}`);
    const field = page.getByLabel("id required");
    expect(await field.inputValue()).toBe(id);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(`${request.method()} ${request.url()}`));
    await send(page);
    expect(await page.locator("#form input:invalid").evaluateAll((all) => all.map((one) => one.id))).toEqual([
      "path-id",
    ]);
    expect(await page.getByLabel("The request for curl").innerText()).toMatch(/\/v1\/collections\/staff\/faces\/ID$/);
    await field.fill("...");
    await send(page);
    await status(page, "401");
    expect(asked).toEqual([`DELETE ${service.url}/v1/collections/staff/faces/...`]);
    await close();
  });

  it("an answer that does not end is shown as it arrives, until it is stopped", async () => {
    const { page, close } = await openTry("listEvents");
    await enterKey(page);
    await page.getByLabel("Accept", { exact: true }).selectOption("text/event-stream");
    await page.getByLabel("after").fill("0");
    await send(page);
    await page.getByRole("button", { name: "Stop" }).waitFor();
    const { body: job } = await client.send("POST", "/v1/jobs?execute=false", { headers: asAdmin });
    await expect.poll(() => page.getByLabel("Body of the answer").textContent()).toContain(job.id);
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("button", { name: "Stop" }).waitFor({ state: "detached" });
    // What has come by then is no whole answer, and not all of it is kept.
    expect(await page.getByLabel("Body of the answer").textContent()).toContain(job.id);
    expect(await page.getByRole("link", { name: "Download" }).count()).toBe(0);
    await close();
  });

  it("the command for curl does the same, whatever the names", async () => {
    ensureDebianPackages("curl");
    const { page, close } = await openTry("createJob");
    await enterKey(page);
    const name = `it's, "a"; $HOME name.png`;
    await page.getByLabel("images").setInputFiles({ name, mimeType: "image/png", buffer: Buffer.from("x") });
    await page.getByLabel("labels").fill(`who:it's "$HOME" {a;b}`);
    const command = await page.getByLabel("The request for curl").innerText();
    expect(command).not.toContain(ADMIN_KEY);
    const folder = execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim();
    execFileSync("cp", [astronaut, `${folder}/${name}`]);
    const run = () => {
      const output = execFileSync("sh", ["-c", command], {
        cwd: folder,
        encoding: "utf8",
        env: { ...process.env, SIGHTLINE_KEY: ADMIN_KEY },
        stdio: ["ignore", "pipe", "ignore"],
      });
      return JSON.parse(output);
    };
    const { id, labels } = run();
    expect(labels).toEqual({ who: `it's "$HOME" {a;b}` });
    await finished(id);
    const { body: results } = await client.get(`/v1/jobs/${id}/results`, asAdmin);
    expect(results.items).toMatchObject([{ fileName: name, result: { faces: astronautFaces } }]);
    execFileSync("rm", ["-r", folder]);
    await close();
  });
});

it("the command for curl has a place for the file that is not chosen yet, and is no GET", async () => {
  const { page, close } = await openTry("process");
  expect(await page.getByLabel("The request for curl").innerText()).toContain("-F images=@FILE ");
  await page.getByLabel("images").setInputFiles(astronaut);
  await expect
    .poll(() => page.getByLabel("The request for curl").innerText())
    .toMatch(/^(?!.*@FILE).* -F images=@astronaut\.png /);
  await close();
});

describe("the pages of problems", () => {
  it.each(WIDTHS_AND_THEMES)("can be read: %i pixels, %s", async (width, colorScheme) => {
    const { page, close } = await openPage(browser, service.url, {
      path: "/problems",
      colorScheme,
      viewport: { width, height: 844 },
    });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const own = { light: "rgb(244, 246, 248)", dark: "rgb(14, 19, 24)" }[colorScheme];
    expect([await faultsOn(page), await background()]).toEqual([[], own]);
    await page.getByRole("link", { name: "TRANSFER_CODING_NOT_IMPLEMENTED" }).click();
    await page.getByRole("link", { name: "All problems" }).waitFor();
    expect([await faultsOn(page), await background()]).toEqual([[], own]);
    await close();
  });
});

describe("the reference", { timeout: 120_000 }, () => {
  const FEW = ["/v1/collections"];

  it("shows all operations, and leads to where each is tried", async () => {
    const { page, close } = await openPage(browser, service.url, { path: "/docs" });
    await page.getByText("Images in; face boxes, ").first().waitFor({ timeout: 60_000 });
    const links = () =>
      page
        .getByRole("link", { name: "Try it" })
        .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).hash.slice(1)));
    const document = await (await fetch(`${service.url}/openapi.json`)).json();
    const ids = Object.values<Record<string, { operationId?: string }>>(document.paths)
      .flatMap((item) => Object.values(item).map(({ operationId }) => operationId))
      .filter(Boolean);
    await expect.poll(async () => (await links()).filter(Boolean).sort()).toEqual(ids.sort());
    await close();
  });

  // Of a few operations, since axe takes minutes for all; the parts of the page are the same.
  it.each(WIDTHS_AND_THEMES)("can be read and used: %i pixels, %s", async (width, colorScheme) => {
    const { page, close } = await openPage(browser, service.url, {
      path: "/docs/try",
      colorScheme,
      viewport: { width, height: 844 },
    });
    await page.route("**/openapi.json", async (route) => {
      const document = await (await route.fetch()).json();
      document.paths = Object.fromEntries(FEW.map((path) => [path, document.paths[path]]));
      await route.fulfill({ json: document });
    });
    await page.goto(`${service.url}/docs`);
    // How much of the address of the project is cut off at its beginning.
    const cut = await page.locator(".api-info span > a").evaluate((link) => {
      const hidden = link.closest("span")?.parentElement?.parentElement as Element;
      return hidden.getBoundingClientRect().left - Math.min(...Array.from(link.getClientRects(), ({ left }) => left));
    });
    expect(cut).toBeLessThanOrEqual(0);
    await page.getByRole("button", { name: "expand requirements" }).click();
    await page.locator("#reference button", { hasText: "201" }).first().click();
    expect(await violationsOn(page)).toEqual([]);
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const before = await background();
    // The reference is loaded again.
    const loaded = page.waitForEvent("load");
    await page.getByRole("button", { name: "Change between light and dark" }).click();
    await loaded;
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await background()).not.toBe(before);
    await close();
  });
});
