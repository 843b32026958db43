/** What people do with the dashboard, in a real browser. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BreakableService, startBreakableService } from "../support/breakable-service.ts";
import { launchBrowser } from "../support/browser.ts";
import { astronautFaces, orientedAstronaut, sample, samplePath } from "../support/images.ts";
import { JobClient } from "../support/job-client.ts";
import { type OpenedPage, openPage } from "./opened-page.ts";

const HOSTILE_NAME = "<img src=x onerror=hacked=1>.png";

let service: BreakableService;
let client: JobClient;
let browser: Browser;
let opened: OpenedPage;
beforeAll(async () => {
  service = await startBreakableService({ MAX_ATTEMPTS: "1", THREADS: "1", DISPATCH_CONCURRENCY: "1" });
  client = new JobClient(service.url);
  browser = await launchBrowser();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await service?.kill();
});
beforeEach(async () => {
  service.detector("");
  opened = await openPage(browser, service.url);
});
afterEach(() => opened.close());

const astronaut = { name: "astronaut.png", bytes: sample("astronaut.png") };
const cat = { name: "chelsea.png", bytes: sample("chelsea.png") };
const text = { name: "notes.jpg", bytes: new TextEncoder().encode("no image") };

/** The boxes drawn in a part of the page. */
const boxesOf = (selector: string) =>
  opened.page
    .locator(`${selector} rect.box`)
    .evaluateAll((shapes) =>
      shapes.map((shape) => ["x", "y", "width", "height"].map((name) => Number(shape.getAttribute(name)))),
    );

describe("trying it", () => {
  it("shows the boxes over chosen images, and a problem in words", async () => {
    const { page, view } = opened;
    await view("#/try", "Try it");
    await page.setInputFiles("input[name=files]", ["astronaut.png", "chelsea.png"].map(samplePath).concat("README.md"));
    await page.getByText("3 images in").waitFor();
    expect(await boxesOf(".result")).toEqual(astronautFaces);
    const results = page.locator(".result");
    expect(await results.nth(0).innerText()).toMatch(/astronaut\.png\s+1 face[\s\S]*Inference/);
    expect(await results.nth(1).innerText()).toContain("no face");
    expect(await results.nth(2).innerText()).toMatch(/The media type is not supported[\s\S]*UNSUPPORTED_MEDIA_TYPE/);
    await expect
      .poll(() =>
        page
          .locator(".result img")
          .first()
          .evaluate((image) => (image as HTMLImageElement).naturalWidth),
      )
      .toBe(512);
  });

  it("takes what is dropped and what is pasted", async () => {
    const { page, view } = opened;
    await view("#/try", "Try it");
    for (const type of ["drop", "paste"]) {
      await page.evaluate(
        ([kind, base64]) => {
          const transfer = new DataTransfer();
          const bytes = Uint8Array.from(atob(base64 as string), (letter) => letter.charCodeAt(0));
          transfer.items.add(new File([bytes], `${kind}.png`, { type: "image/png" }));
          const zone = document.querySelector(".drop-zone") as Element;
          if (kind === "drop") zone.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
          else document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer }));
        },
        [type, astronaut.bytes.toString("base64")],
      );
      await page.getByRole("heading", { name: `${type}.png` }).waitFor();
      expect(await boxesOf(".result")).toEqual(astronautFaces);
    }
  });

  it("draws boxes where a browser shows a turned image's face", async () => {
    const { page, view } = opened;
    await view("#/try", "Try it");
    const turned = { name: "turned.jpg", mimeType: "image/jpeg", buffer: orientedAstronaut("jpeg", 6) };
    await page.setInputFiles("input[name=files]", turned);
    await page.getByText("1 image in").waitFor();
    const [[x = 0, y = 0] = []] = await boxesOf(".result");
    const [[faceX = 0, faceY = 0] = []] = astronautFaces;
    expect(Math.hypot(x - faceX, y - faceY)).toBeLessThan(12);
  });

  it("can make a job of it, and shows a file name as what it is", async () => {
    const { page, view } = opened;
    await view("#/try", "Try it");
    await page.getByLabel(/Make it a job/).check();
    const file = { name: HOSTILE_NAME, mimeType: "image/png", buffer: astronaut.bytes };
    await page.setInputFiles("input[name=files]", file);
    await page.getByRole("heading", { level: 1, name: /^Job / }).waitFor();
    await page.locator(".title-row .badge.succeeded").waitFor();
    await page.locator("table").getByText(HOSTILE_NAME).click();
    await page.getByRole("dialog").getByRole("heading", { name: HOSTILE_NAME }).waitFor();
    // The service no longer has the image of a job that succeeded, but this page still does.
    await page.locator("dialog img").waitFor();
    expect(await boxesOf("dialog")).toEqual(astronautFaces);
    await page.keyboard.press("Escape");
    await view("#/events", "Events");
    await page.getByText(HOSTILE_NAME).first().waitFor();
    expect(await page.locator("img[src=x]").count()).toBe(0);
  });
});

describe("a job", () => {
  it("is seen running, with its progress, and can be cancelled after a question", async () => {
    const { page, view } = opened;
    service.detector("slow 150");
    const { id } = await client.create(Array.from({ length: 40 }, () => cat));
    await view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
    const bar = page.getByRole("progressbar");
    const progress = async () => Number(await bar.getAttribute("aria-valuenow"));
    await expect.poll(progress).toBeGreaterThan(0);
    const first = await progress();
    await expect.poll(progress).toBeGreaterThan(first);
    await page.getByText(/^about .* s$/).waitFor();
    await view("#/", "Overview");
    await page
      .locator(".job-row", { hasText: id.slice(0, 8) })
      .getByText(/left/)
      .waitFor();
    await page.getByText("1 of 1 thread busy").waitFor();
    await view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Keep it" }).click();
    expect((await client.job(id)).state).toBe("running");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Cancel the job" }).click();
    await page.locator(".title-row .badge.cancelled").waitFor();
    expect((await client.job(id)).state).toBe("cancelled");
  });

  it("shows its receipts and, while they are kept, its images with their boxes", async () => {
    const { page, view } = opened;
    const { id } = await client.create([astronaut, cat, text]);
    await client.finished(id);
    await view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
    await page.getByText("The media type is not supported").waitFor();
    await page.getByRole("button", { name: "astronaut.png" }).click();
    const shown = page.locator("dialog img");
    await expect.poll(() => shown.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(512);
    expect(await boxesOf("dialog")).toEqual(astronautFaces);
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("dialog").getByText("no face").first().waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Failed", exact: true }).click();
    await expect.poll(() => page.locator("tbody tr").count()).toBe(1);
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Delete the job" }).click();
    await page.getByRole("heading", { level: 1, name: "Jobs" }).waitFor();
    expect((await client.get(`/v1/jobs/${id}`)).status).toBe(404);
  });

  it("that failed is a dead letter, and is done after a retry", async () => {
    const { page, view } = opened;
    service.detector("fail");
    const { id } = await client.create([astronaut, cat]);
    await client.finished(id);
    await view("#/dead-letters", "Dead letters");
    await page.getByText("The worker failed: a fault in the worker").first().waitFor();
    service.detector("");
    await page.getByRole("button", { name: `Retry the failed images of job ${id}` }).click();
    await page.getByText("Nothing was given up").waitFor();
    await view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
    await page.locator(".title-row .badge.succeeded").waitFor();
    expect(await page.locator("tbody .badge.done").count()).toBe(2);
  });

  it("is found by its state", async () => {
    const { page, view } = opened;
    const { id } = await client.create([text]);
    await client.finished(id);
    await view("#/jobs", "Jobs");
    await page.getByRole("button", { name: "Succeeded" }).click();
    await page.getByRole("button", { name: "Succeeded", pressed: true }).waitFor();
    await page.locator("tbody .badge.succeeded").first().waitFor();
    expect(await page.getByRole("link", { name: id.slice(0, 8) }).count()).toBe(0);
    await page.getByRole("button", { name: "Failed", exact: true }).click();
    await page.getByRole("link", { name: id.slice(0, 8) }).waitFor();
  });
});

it("says in plain words what is not there", async () => {
  const { page, view } = opened;
  await view("#/nothing", "Not found");
  await page.evaluate(() => {
    location.hash = "#/jobs/no-such-job";
  });
  await page.getByRole("alert").getByText("There is no job no-such-job.").waitFor();
});
