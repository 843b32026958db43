/** What people do with the dashboard, in a real browser. */
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BreakableService, startBreakableService } from "../support/breakable-service.ts";
import { launchBrowser } from "../support/browser.ts";
import { astronautFaces, orientedAstronaut, sample, samplePath } from "../support/images.ts";
import { form, JobClient } from "../support/job-client.ts";
import { violationsOn } from "./axe.ts";
import { faultsOf } from "./faults.ts";
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
});
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

  it("sends a file whose name has control characters, and those beside it", async () => {
    const { page, view } = opened;
    await view("#/try", "Try it");
    const named = { name: "bell\u0007.png", mimeType: "image/png", buffer: astronaut.bytes };
    const beside = { ...named, name: "beside.png" };
    await page.setInputFiles("input[name=files]", [named, beside]);
    for (const name of ["bell%07.png", "beside.png"]) await page.getByRole("heading", { name }).waitFor();
    expect(await boxesOf(".result")).toEqual([...astronautFaces, ...astronautFaces]);
  });

  it("shows what was chosen last, whichever answer comes last", async () => {
    const { page, view } = opened;
    await view("#/try", "Try it");
    const { promise, resolve: release } = Promise.withResolvers<void>();
    await page.route("**/process**", (route) => promise.then(() => route.continue()), { times: 1 });
    await page.setInputFiles("input[name=files]", samplePath("astronaut.png"));
    await page.getByText("Working…").waitFor();
    await page.setInputFiles("input[name=files]", samplePath("chelsea.png"));
    await page.getByRole("heading", { name: "chelsea.png" }).waitFor();
    release();
    await page.getByText("Working…").waitFor({ state: "hidden" });
    expect(await page.locator(".result h2").allInnerTexts()).toEqual(["chelsea.png"]);
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

  it("takes images that are dropped on any page", async () => {
    const { page, view } = opened;
    await view("#/jobs", "Jobs");
    const drag = (type: string) =>
      page.evaluate(
        ([kind, base64]) => {
          const dataTransfer = new DataTransfer();
          const bytes = Uint8Array.from(atob(base64 as string), (letter) => letter.charCodeAt(0));
          dataTransfer.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
          const event = new DragEvent(kind as string, { dataTransfer, bubbles: true, cancelable: true });
          (document.querySelector("h1") as Element).dispatchEvent(event);
          return event.defaultPrevented;
        },
        [type, astronaut.bytes.toString("base64")],
      );
    expect(await drag("dragenter")).toBe(true);
    await page.getByText("Drop images to try them").waitFor();
    expect(await drag("dragover")).toBe(true);
    expect(await drag("drop")).toBe(true);
    await page.getByRole("heading", { level: 1, name: "Try it" }).waitFor();
    await page.getByRole("heading", { name: "dropped.png" }).waitFor();
    expect(await boxesOf(".result")).toEqual(astronautFaces);
    expect(await page.getByText("Drop images to try them").isVisible()).toBe(false);
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
    const creation = page.waitForRequest(
      (request) => request.method() === "POST" && request.url().includes("/v1/jobs"),
    );
    await page.setInputFiles("input[name=files]", file);
    // A browser that sends it again by itself makes no second job.
    expect((await creation).headers()).toMatchObject({ "idempotency-key": expect.stringMatching(/./) });
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

  it("makes one job of the same files where the answer to the first try was lost", async () => {
    const { page, view } = opened;
    const jobs = async () => (await client.get("/v1/jobs?limit=1000")).body.items.length;
    const before = await jobs();
    await view("#/try", "Try it");
    await page.getByLabel(/Make it a job/).check();
    let losses = 2;
    const browserSession = await page.context().newCDPSession(page);
    browserSession.on("Fetch.requestPaused", ({ requestId, request }) => {
      const isLost = request.method === "POST" && losses-- > 0;
      if (isLost) browserSession.send("Fetch.failRequest", { requestId, errorReason: "ConnectionReset" });
      else browserSession.send("Fetch.continueRequest", { requestId });
    });
    // Once the service has answered.
    const answers = { urlPattern: "*/v1/jobs*", requestStage: "Response" } as const;
    await browserSession.send("Fetch.enable", { patterns: [answers] });
    const choose = (...names: string[]) => page.setInputFiles("input[name=files]", names.map(samplePath));
    const lose = async (...names: string[]) => {
      const failure = page.waitForEvent("requestfailed");
      await choose(...names);
      await failure;
      await page.getByRole("alert").getByText("The service does not answer.").waitFor();
    };
    const make = async (...names: string[]) => {
      await view("#/try", "Try it");
      await page.getByLabel(/Make it a job/).check();
      await choose(...names);
      await page.getByRole("heading", { level: 1, name: /^Job / }).waitFor();
      return jobs();
    };
    await lose("astronaut.png");
    await lose("chelsea.png", "astronaut.png");
    expect(await jobs()).toBe(before + 2);
    expect(await make("chelsea.png", "astronaut.png")).toBe(before + 2);
    expect(await make("astronaut.png")).toBe(before + 2);
    // With an answer, it is another job.
    expect(await make("astronaut.png")).toBe(before + 3);
  });
});

describe("a job", () => {
  it("is seen running, with its progress, and can be cancelled after a question", async () => {
    const { page, view } = opened;
    // Half a minute of work, of which the test waits for the first images.
    service.detector("slow 500");
    const { id } = await client.create(Array.from({ length: 60 }, () => cat));
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
    // Back leads away from the page and from what is open on it.
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.goForward();
    await page.getByRole("button", { name: "astronaut.png" }).click();
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

  it("offers a retry only if one may help, and its results as files", async () => {
    const { page, view } = opened;
    const { id } = await client.create([astronaut, text]);
    await client.finished(id);
    await view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
    await page.getByText("A retry would not help").waitFor();
    expect(await page.getByRole("button", { name: "Retry failed images" }).count()).toBe(0);
    for (const format of ["csv", "json"]) {
      const downloading = page.waitForEvent("download");
      await page.getByRole("link", { name: `Download ${format.toUpperCase()}` }).click();
      const download = await downloading;
      expect(download.suggestedFilename()).toBe(`job-${id}.${format}`);
      const file = readFileSync(await download.path(), "utf8");
      expect(file).toContain("astronaut.png");
      expect(file).toContain("UNSUPPORTED_MEDIA_TYPE");
    }
    service.detector("fail");
    const failing = await client.create([cat]);
    await client.finished(failing.id);
    service.detector("");
    await view(`#/jobs/${failing.id}`, `Job ${failing.id.slice(0, 8)}`);
    await page.getByRole("button", { name: "Retry failed images" }).click();
    await page.locator(".title-row .badge.succeeded").waitFor();
  });

  it("shows its events, also if they could not be read at first", async () => {
    const { id } = await client.create([cat]);
    await client.finished(id);
    const events = `**/v1/jobs/${id}/events*`;
    await opened.page.route(events, (route) => route.fulfill({ status: 503 }), { times: 1 });
    await opened.view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
    await opened.page.locator(".event").first().waitFor();
  });

  it("with very many events shows its newest, and the log of all shows each", async () => {
    const { page, view } = opened;
    // More than the connection is given at first.
    const before = await client.create(Array.from({ length: 60 }, () => text));
    await client.finished(before.id);
    const isOver = async (id: string) => /failed$/.test((await client.events(id)).at(-1)?.type ?? "");
    await expect.poll(() => isOver(before.id)).toBe(true);
    await page.reload();
    await page.locator(".connection").getByText("Live").waitFor();
    await view("#/events", "Events");
    await page.getByRole("button", { name: "Show earlier events" }).click();
    const sequences = () =>
      page.locator(".event").evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset.sequence)));
    await expect.poll(async () => (await sequences()).length).toBeGreaterThan(100);
    const { id } = await client.create(Array.from({ length: 700 }, () => text));
    await client.finished(id);
    await expect.poll(() => isOver(id)).toBe(true);
    const ofJob = (await client.events(id)).map(({ sequence }) => sequence).reverse();
    await expect.poll(async () => (await sequences())[0]).toBe(ofJob[0]);
    const [newest = 0, ...others] = await sequences();
    expect(others.length).toBeGreaterThan(1_400);
    expect(others).toEqual(others.map((_, index) => newest - 1 - index));
    await view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
    await page.getByText("The newest 50 events.").waitFor();
    expect(await sequences()).toEqual(ofJob.slice(0, 50));
  });

  it("shows its later events also where they did not come live", async () => {
    const { id } = await client.create([cat], "?execute=false");
    await opened.page.route("**/v1/events?*", (route) => route.abort());
    await opened.page.reload();
    await opened.view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
    await opened.page.locator(".event").first().waitFor();
    await client.post(`/v1/jobs/${id}/execute`);
    await opened.page.locator(".title-row .badge.succeeded").waitFor();
    await opened.page.locator(".event .badge.succeeded").waitFor();
  });

  it("is found by its model, also if the models could not be read at first", async () => {
    await opened.page.route("**/v1/models", (route) => route.fulfill({ status: 503 }), { times: 1 });
    await opened.view("#/jobs", "Jobs");
    await opened.page.locator("select[name=model] option[value=faces-haar]").waitFor({ state: "attached" });
  });

  it("is found by its state", async () => {
    const { page, view } = opened;
    const { id } = await client.create([text]);
    await client.finished(id);
    await view("#/jobs", "Jobs");
    await page.getByRole("button", { name: "Succeeded" }).click();
    await page.getByRole("button", { name: "Succeeded", pressed: true }).waitFor();
    await page.locator("tbody .badge.succeeded").first().waitFor();
    // The list before it had succeeded jobs too.
    await expect.poll(() => page.getByRole("link", { name: id.slice(0, 8) }).count()).toBe(0);
    await page.getByRole("button", { name: "Failed", exact: true }).click();
    await page.getByRole("link", { name: id.slice(0, 8) }).waitFor();
  });
});

it("shows texts whole, also those with a single backtick", async () => {
  const { page } = opened;
  // As text: vitest would replace the import.
  const shown = (text: string) =>
    page.evaluate(`(async () => {
      const { inline } = await import("/dashboard/inline.js");
      const { render } = await import("/dashboard/vendor/lit-html/lit-html.js");
      const place = document.createElement("p");
      render(inline(${JSON.stringify(text)}), place);
      return [place.textContent, place.querySelectorAll("code").length];
    })()`);
  expect(await shown("`a.jpg is no image")).toEqual(["`a.jpg is no image", 0]);
  expect(await shown("run `npm start` again")).toEqual(["run npm start again", 1]);
});

it("shows characters that change the direction of text as what they are", async () => {
  const { page, view } = opened;
  const shown = "invoice\\u202egnp.exe";
  const { id } = await client.create([{ ...astronaut, name: "invoice\u202egnp.exe" }], "?labels=album:\u2067summer");
  await view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
  await page.locator("tbody").getByText(shown).waitFor();
  await page.getByText("album: \\u2067summer").waitFor();
  // Read from the answer, then from the stream.
  await view("#/events", "Events");
  await page.locator("#event-list").getByText(shown).first().waitFor();
  await client.finished((await client.create([{ ...cat, name: "live\u202egnp.exe" }])).id);
  await page.locator("#event-list").getByText("live\\u202egnp.exe").first().waitFor();
  expect(await page.evaluate(() => document.body.innerText)).not.toMatch(/[\u202e\u2067]/);
});

it("shows the images of jobs and of requests, over minutes and over a month", async () => {
  const { page, view } = opened;
  await client.post("/process", form([astronaut]));
  await view("#/", "Overview");
  const charts = (title: string) =>
    page.getByRole("img", { name: new RegExp(`^${title}, images of (jobs|requests): `) });
  await expect.poll(() => charts("Images per second").count()).toBe(2);
  await expect.poll(() => charts("Detector time per image").count()).toBe(2);
  await page.getByText("median").first().waitFor();
  const ofRequests = page.getByRole("region", { name: "Images of requests" }).getByRole("img").first();
  await expect
    .poll(async () => (await ofRequests.getAttribute("aria-label")) ?? "")
    .toMatch(/done now [\d.]+, highest (?:0\.0*)?[1-9]/);
  for (const [range, title] of [
    ["24 hours", "Images per minute"],
    ["30 days", "Images per hour"],
  ] as const) {
    await page.getByRole("button", { name: range }).click();
    await expect.poll(() => charts(title).count()).toBe(2);
    expect(await page.getByRole("button", { name: range }).getAttribute("aria-pressed")).toBe("true");
  }
});

it("shows all of the last time's label, also of one at the very end", async () => {
  const { page } = opened;
  await page.route("**/v1/activity*", async (route) => {
    const activity = await (await route.fetch()).json();
    const { done } = activity.jobs;
    const lengthMs = (done.length - 1) * activity.bucketSeconds * 1000;
    // There is a label for every five minutes.
    const end = Math.floor(Date.parse(activity.time) / 300_000) * 300_000;
    const from = new Date(end - lengthMs).toISOString();
    const time = new Date(end + activity.bucketSeconds * 1000).toISOString();
    await route.fulfill({ json: { ...activity, from, time } });
  });
  await page.reload();
  const chart = page.getByRole("img", { name: /^Images per second, images of jobs/ }).locator("canvas");
  /** Of the columns of pixels at the right end, from the last one on: whether there is text below the chart's area. */
  const marked = () =>
    chart.evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const [width, height] = [60, 25];
      const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
      context?.drawImage(canvas, width - canvas.width, height - canvas.height);
      const pixels = context?.getImageData(0, 0, width, height).data ?? [];
      const isMarked = (x: number) =>
        Array.from({ length: height }, (_, y) => pixels[(y * width + x) * 4 + 3]).some(Boolean);
      return Array.from({ length: width }, (_, index) => isMarked(width - 1 - index));
    });
  await expect.poll(async () => (await marked()).includes(true)).toBe(true);
  expect((await marked())[0]).toBe(false);
});

it("says in plain words what is not there", async () => {
  const { page, view } = opened;
  await view("#/nothing", "Not found");
  await page.evaluate(() => {
    location.hash = "#/jobs/no-such-job";
  });
  await page.getByRole("heading", { level: 1, name: "Unknown job" }).waitFor();
  await page.getByText("There is no job no-such-job").waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
  // A link of another time, or of another service.
  await view("#/jobs?cursor=none", "Jobs");
  await page.getByRole("alert").getByText("cursor is not one that was handed out").waitFor();
  expect(await page.getByText("Loading…").isVisible()).toBe(false);
  expect([...(await page.evaluate(faultsOf)), ...(await violationsOn(page))]).toEqual([]);
  await page.getByRole("link", { name: "Show the page without it" }).click();
  await page.locator("table.jobs, .empty").first().waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
});

describe("many jobs", () => {
  const chosen = (id: string) => opened.page.getByRole("checkbox", { name: `Choose job ${id}` });
  const shown = async () =>
    (await opened.page
      .locator("tbody a.id")
      .evaluateAll((links) => links.map((link) => link.getAttribute("title")))) as string[];
  const address = () => opened.page.evaluate(() => location.hash);

  it("are filtered, sorted and paged by the address, which Back and a reload keep", async () => {
    const { page, view } = opened;
    const made: string[] = [];
    for (let n = 0; n < 55; n++)
      made.unshift((await client.create([cat], `?execute=false&labels=set:paged,n:${n}&priority=${n % 10}`)).id);
    const [newest] = made as [string];
    await view("#/jobs", "Jobs");
    await page.getByLabel("Labels").fill("set:paged");
    await page.getByLabel("Labels").press("Enter");
    await expect.poll(shown).toEqual(made.slice(0, 50));
    expect(await address()).toBe("#/jobs?labels=set%3Apaged");
    // Whoever filters by keyboard goes on where they were.
    expect(await page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("labels");
    await page.getByRole("button", { name: "Next →" }).click();
    await expect.poll(shown).toEqual(made.slice(50));
    await page.reload();
    await expect.poll(shown).toEqual(made.slice(50));
    await page.goBack();
    await expect.poll(shown).toEqual(made.slice(0, 50));
    // Back leads to the same place in the list.
    await page.evaluate((id) => {
      scrollTo(0, 1_000);
      document.querySelector<HTMLElement>(`a[title="${id}"]`)?.click();
    }, made[20] as string);
    await page.getByRole("heading", { level: 1, name: /^Job / }).waitFor();
    await page.goBack();
    await expect.poll(shown).toEqual(made.slice(0, 50));
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(1_000);
    await page.getByLabel("Sorted").selectOption("oldest first");
    await expect.poll(async () => (await shown())[0]).toBe(made.at(-1));
    await page.getByLabel("Sorted").selectOption("newest first");
    await page.getByRole("searchbox", { name: "Id" }).fill(newest.slice(0, 8).toUpperCase());
    await page.getByRole("searchbox", { name: "Id" }).press("Enter");
    await expect.poll(shown).toEqual([newest]);
    await page.getByRole("link", { name: newest.slice(0, 8) }).click();
    await page.getByRole("heading", { level: 1, name: /^Job / }).waitFor();
    await page.goBack();
    await expect.poll(shown).toEqual([newest]);
    await page.getByRole("button", { name: "Clear all filters" }).click();
    await expect.poll(address).toBe("#/jobs");
    await page.getByLabel("Created before").fill("2020-01-01T00:00");
    await page.getByText("No job matches these filters.").waitFor();
    await page.evaluate(() => {
      location.hash = "#/jobs?state=created&model=faces-haar&labels=n:7";
    });
    await expect.poll(shown).toEqual([made[47]]);
    expect(await page.getByLabel("Model").inputValue()).toBe("faces-haar");
    for (const id of made) await client.send("DELETE", `/v1/jobs/${id}`);
  });

  it("are cancelled, retried and deleted together, and what came of it is told", async () => {
    const { page, view } = opened;
    service.detector("fail");
    const failed = await client.create([cat], "?labels=set:together");
    await client.finished(failed.id);
    service.detector("");
    const done = await client.create([cat], "?labels=set:together");
    await client.finished(done.id);
    const waiting = [];
    for (let n = 0; n < 3; n++) waiting.push(await client.create([cat], "?execute=false&labels=set:together"));
    await view("#/jobs?labels=set:together", "Jobs");
    await expect.poll(async () => (await shown()).length).toBe(5);
    await page.getByRole("checkbox", { name: "Choose all jobs on this page" }).check();
    await page.getByText("5 jobs chosen").waitFor();
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await page.getByRole("button", { name: "Change nothing" }).click();
    expect((await client.job(waiting[0]?.id as string)).state).toBe("created");
    // One is cancelled by somebody else meanwhile.
    await client.post(`/v1/jobs/${waiting[0]?.id}/cancel`);
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await page.getByRole("button", { name: "Cancel the jobs" }).click();
    await page.locator(".notice", { hasText: "2 of 5 jobs cancelled, 3 had ended" }).waitFor();
    await expect.poll(() => page.locator("tbody .badge.cancelled").count()).toBe(3);
    await chosen(failed.id).check();
    expect(await page.getByRole("button", { name: "Cancel", exact: true }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Retry", exact: true }).click();
    await page.getByRole("button", { name: "Retry them" }).click();
    await page.locator(".notice", { hasText: "1 of 1 job queued again" }).waitFor();
    await expect.poll(async () => (await client.job(failed.id)).state).toBe("succeeded");
    await chosen(done.id).check();
    await page.getByRole("button", { name: "Choose all on this page" }).click();
    await client.send("DELETE", `/v1/jobs/${done.id}`);
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("button", { name: "Delete the jobs" }).click();
    await page.locator(".notice", { hasText: /^[45] of [45] jobs deleted/ }).waitFor();
    await page.getByText("No job matches these filters.").waitFor();
    expect(await client.jobs("labels=set:together")).toEqual([]);
  });

  it("have ids that are copied, and times in the zone that is chosen", async () => {
    const { id } = await client.create([cat], "?execute=false&labels=set:times");
    const berlin = await openPage(browser, service.url, {
      timezoneId: "Europe/Berlin",
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const { page, view } = berlin;
    await view("#/jobs?labels=set:times", "Jobs");
    await page.getByRole("button", { name: `Copy the id of job ${id.slice(0, 8)}` }).click();
    await page.getByText(`Copied the id of job ${id.slice(0, 8)}.`).waitFor({ state: "attached" });
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(id);
    const { createdAt } = await client.job(id);
    const clock = (timeZone: string) =>
      new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(
        new Date(createdAt),
      );
    await page.getByRole("columnheader", { name: /^Created, GMT\+[12]$/ }).waitFor();
    expect(await page.locator("tbody time").innerText()).toContain(clock("Europe/Berlin"));
    await page.getByRole("button", { name: /^Times in GMT/ }).click();
    await page.getByRole("columnheader", { name: "Created, UTC" }).waitFor();
    expect(await page.locator("tbody time").innerText()).toContain(clock("UTC"));
    // What is chosen in the form is in that zone, too.
    await page.getByLabel("Created from, UTC").fill(createdAt.slice(0, 16));
    await expect
      .poll(() => page.evaluate(() => location.hash))
      .toContain(`createdFrom=${encodeURIComponent(`${createdAt.slice(0, 16)}:00.000Z`)}`);
    await page.getByRole("link", { name: id.slice(0, 8) }).waitFor();
    await page.reload();
    await page.getByRole("columnheader", { name: "Created, UTC" }).waitFor();
    await client.send("DELETE", `/v1/jobs/${id}`);
    await berlin.close();
  });
});
