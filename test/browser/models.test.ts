/** Trying models in the dashboard, in a real browser. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { samplePath } from "../support/images.ts";
import { ADMIN_KEY, KeyClient } from "../support/key-client.ts";
import { modelsDir } from "../support/model-files.ts";
import { type RunningService, startService } from "../support/service.ts";
import { violationsOn } from "./axe.ts";
import { openPage, signIn } from "./opened-page.ts";

describe.skipIf(!modelsDir)("models", () => {
  let service: RunningService;
  let browser: Browser;
  beforeAll(async () => {
    service = await startService({ MODELS_DIR: modelsDir, AUTH: "keys", ADMIN_KEY });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  async function openAsAdmin() {
    const opened = await openPage(browser, service.url);
    await signIn(opened, ADMIN_KEY);
    await opened.page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    return opened;
  }

  it("can be chosen, with their options, and what they find is drawn and listed", async () => {
    const opened = await openAsAdmin();
    const { page, view } = opened;
    await view("#/try", "Try it");
    const choose = (name: string) => page.getByRole("checkbox", { name: new RegExp(`^${name} `) });
    expect(await choose("faces-haar").isChecked()).toBe(true);
    await page.getByText("Options of the models").click();
    await page.getByLabel("Smallest face, pixels").fill("200");
    for (const name of ["objects", "classify"]) await choose(name).check();
    await choose("faces-haar").uncheck();
    // What was meant for another option is not sent as one of these.
    expect(await page.getByLabel("Lowest score").inputValue()).toBe("");
    // Only options of the chosen models are offered.
    expect(await page.locator(".fields label").allInnerTexts()).toEqual([
      expect.stringMatching(/^Lowest score/),
      expect.stringMatching(/^Classes/),
    ]);
    await page.getByLabel("Classes").fill("3");
    await page.setInputFiles("input[name=files]", samplePath("chelsea.png"));
    await page.getByText("1 image in").waitFor();
    const result = page.locator(".result");
    expect(await result.locator(".findings").innerText()).toMatch(/^Egyptian cat \(\d+ %\), 1 object$/);
    expect(await result.locator("ol li").count()).toBe(3);
    expect(await result.locator("rect.box").count()).toBe(1);
    const drawn = await result.locator("svg text").textContent();
    expect(drawn).toMatch(/^cat \d+ %$/);
    expect(await result.getByRole("img").getAttribute("aria-label")).toMatch(new RegExp(`, 1 object: ${drawn}$`));
    expect(await violationsOn(page)).toEqual([]);
    // One is always chosen.
    await choose("objects").uncheck();
    await choose("classify").click();
    expect(await choose("classify").isChecked()).toBe(true);
    await opened.close();
  });

  it("run in a job that is made there", async () => {
    const opened = await openAsAdmin();
    const { page, view } = opened;
    await view("#/try", "Try it");
    await page.getByRole("checkbox", { name: /^objects / }).check();
    await page.getByLabel(/Make it a job/).check();
    await page.setInputFiles("input[name=files]", samplePath("chelsea.png"));
    await page.locator(".title-row .badge.succeeded").waitFor();
    expect(await page.locator(".facts").innerText()).toContain("faces-haar, objects");
    // The images may have been read before the job ended.
    await page.locator("table").getByText("no face, 1 object").waitFor();
    await opened.close();
  });

  it("are loaded and unloaded by an administrator, and by nobody else", async () => {
    const opened = await openAsAdmin();
    const { page, view } = opened;
    await view("#/models", "Models");
    const classify = page.locator(".model", { has: page.getByRole("heading", { name: "classify" }) });
    await classify.getByRole("button", { name: "Unload classify" }).click();
    await classify.locator(".badge", { hasText: "unavailable" }).waitFor();
    expect(await classify.getByRole("button").allInnerTexts()).toEqual(["Load"]);
    expect(await violationsOn(page)).toEqual([]);
    await classify.getByRole("button", { name: "Load classify" }).click();
    await classify.locator(".badge", { hasText: "ready" }).waitFor();
    await opened.close();

    const { key } = await new KeyClient(service.url).key({ scopes: ["process"] });
    const other = await openPage(browser, service.url);
    await signIn(other, key);
    await other.view("#/models", "Models");
    await other.page.getByRole("heading", { name: "classify" }).waitFor();
    expect(await other.page.locator("main").getByRole("button").count()).toBe(0);
    await other.close();
  });
});
