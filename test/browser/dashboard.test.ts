/** What people do with the dashboard, in a real browser: a job, and the page as a whole. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { astronautFaces } from "../support/images.ts";
import { form, manyGolden } from "../support/job-client.ts";
import { violationsOn } from "./axe.ts";
import { faultsOf } from "./faults.ts";
import { astronaut, boxesOf, cat, openedDashboard, text } from "./opened-dashboard.ts";

const dashboard = openedDashboard();

describe("a job", () => {
  it("is seen running, with its progress, and can be cancelled after a question", async () => {
    const { page, view } = dashboard.opened;
    // Nearly the two minutes that a test may take, since it must not end before it is cancelled.
    dashboard.service.detector("slow 500");
    const { id } = await dashboard.client.create(manyGolden(230));
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
    expect((await dashboard.client.job(id)).state).toBe("running");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Cancel the job" }).click();
    await page.locator(".title-row .badge.cancelled").waitFor();
    expect((await dashboard.client.job(id)).state).toBe("cancelled");
  });

  it("shows its receipts and, while they are kept, its images with their boxes", async () => {
    const { page, view } = dashboard.opened;
    const { id } = await dashboard.client.create([astronaut, cat, text]);
    await dashboard.client.finished(id);
    await view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
    await page.getByText("The media type is not supported").waitFor();
    await page.getByRole("button", { name: "astronaut.png" }).click();
    const shown = page.locator("dialog img");
    await expect.poll(() => shown.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(512);
    expect(await boxesOf(dashboard.opened.page, "dialog")).toEqual(astronautFaces);
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
    expect((await dashboard.client.get(`/v1/jobs/${id}`)).status).toBe(404);
  });

  it("that failed is a dead letter, and is done after a retry", async () => {
    const { page, view } = dashboard.opened;
    dashboard.service.detector("fail");
    const { id } = await dashboard.client.create([astronaut, cat]);
    await dashboard.client.finished(id);
    await view("#/dead-letters", "Dead letters");
    await page.getByText("The worker failed: a fault in the worker").first().waitFor();
    dashboard.service.detector("");
    await page.getByRole("button", { name: `Retry job ${id}` }).click();
    await page.getByText("Nothing was given up").waitFor();
    await view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
    await page.locator(".title-row .badge.succeeded").waitFor();
    // The images may have been read before the job ended.
    await expect.poll(() => page.locator("tbody .badge.done").count()).toBe(2);
  });

  it("keeps the place in the list of dead letters after a reload", async () => {
    const { page, view } = dashboard.opened;
    dashboard.service.detector("fail");
    const { id } = await dashboard.client.create(Array.from({ length: 51 }, (_, n) => ({ ...cat, name: `${n}.png` })));
    await dashboard.client.finished(id);
    await view("#/dead-letters", "Dead letters");
    const rows = page.getByRole("region", { name: "Dead letters" }).locator("tbody tr");
    await expect.poll(() => rows.count()).toBe(50);
    await page.getByRole("button", { name: "Next →" }).click();
    await expect.poll(() => rows.count()).toBe(1);
    await page.reload();
    await expect.poll(() => rows.count()).toBe(1);
    await page.getByRole("button", { name: "← Previous" }).click();
    await expect.poll(() => rows.count()).toBe(50);
    await dashboard.client.send("DELETE", `/v1/jobs/${id}`);
  });

  it("offers a retry only if one may help, and its results as files", async () => {
    const { page, view } = dashboard.opened;
    const { id } = await dashboard.client.create([astronaut, text]);
    await dashboard.client.finished(id);
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
    dashboard.service.detector("fail");
    const failing = await dashboard.client.create([cat]);
    await dashboard.client.finished(failing.id);
    dashboard.service.detector("");
    await view(`#/jobs/${failing.id}`, `Job ${failing.id.slice(0, 8)}`);
    await page.getByRole("button", { name: "Retry failed images" }).click();
    await page.locator(".title-row .badge.succeeded").waitFor();
  });

  it("shows its events, also if they could not be read at first", async () => {
    const { id } = await dashboard.client.create([cat]);
    await dashboard.client.finished(id);
    const events = `**/v1/jobs/${id}/events*`;
    await dashboard.opened.page.route(events, (route) => route.fulfill({ status: 503 }), { times: 1 });
    await dashboard.opened.view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
    await dashboard.opened.page.locator(".event").first().waitFor();
  });

  it("with very many events shows its newest, and the log of all shows each", { timeout: 120_000 }, async () => {
    const { page, view } = dashboard.opened;
    // More than the connection is given at first.
    const before = await dashboard.client.create(Array.from({ length: 60 }, () => text));
    await dashboard.client.finished(before.id);
    const isOver = async (id: string) =>
      (await dashboard.client.events(id)).at(-1)?.type === "dev.sightline.job.failed";
    await expect.poll(() => isOver(before.id)).toBe(true);
    await page.reload();
    await page.locator(".connection").getByText("Live").waitFor();
    await view("#/events", "Events");
    await page.getByRole("button", { name: "Show earlier events" }).click();
    const sequences = () =>
      page.locator(".event").evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset.sequence)));
    await expect.poll(async () => (await sequences()).length).toBeGreaterThan(100);
    const { id } = await dashboard.client.create(Array.from({ length: 700 }, () => text));
    await dashboard.client.finished(id);
    await expect.poll(() => isOver(id)).toBe(true);
    const ofJob = (await dashboard.client.events(id)).map(({ sequence }) => sequence).reverse();
    await expect.poll(async () => (await sequences())[0]).toBe(ofJob[0]);
    const [newest = 0, ...others] = await sequences();
    expect(others.length).toBeGreaterThan(1_400);
    expect(others).toEqual(others.map((_, index) => newest - 1 - index));
    await view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
    await page.getByText("The newest 50 events.").waitFor();
    expect(await sequences()).toEqual(ofJob.slice(0, 50));
  });

  it("shows its later events also where they did not come live", async () => {
    const { id } = await dashboard.client.create([cat], "?execute=false");
    await dashboard.opened.page.route("**/v1/events?*", (route) => route.abort());
    await dashboard.opened.page.reload();
    await dashboard.opened.view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
    await dashboard.opened.page.locator(".event").first().waitFor();
    await dashboard.client.post(`/v1/jobs/${id}/execute`);
    await dashboard.opened.page.locator(".title-row .badge.succeeded").waitFor();
    await dashboard.opened.page.locator(".event .badge.succeeded").waitFor();
  });

  it("is found by its model, also if the models could not be read at first", async () => {
    await dashboard.opened.page.route("**/v1/models", (route) => route.fulfill({ status: 503 }), { times: 1 });
    await dashboard.opened.view("#/jobs", "Jobs");
    await dashboard.opened.page.locator("select[name=model] option[value=faces-haar]").waitFor({ state: "attached" });
  });

  it("is found by its state", async () => {
    const { page, view } = dashboard.opened;
    const { id } = await dashboard.client.create([text]);
    await dashboard.client.finished(id);
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

it("tells how long things took in the unit that fits", async () => {
  // As text, since Vitest rewrites an import.
  const durations = await dashboard.opened.page.evaluate(
    `import("/dashboard/format.js").then(({ duration }) => [0, 0.022, 0.9994, 0.9996, 9.96, 130].map(duration))`,
  );
  expect(durations).toEqual(["0 s", "22 ms", "999 ms", "1 s", "10 s", "2 min 10 s"]);
});

it("shows a label that has no value by its name", async () => {
  const { page, view } = dashboard.opened;
  const { id } = await dashboard.client.create([astronaut], "?labels=urgent,album:summer");
  await view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
  expect(await page.locator(".label").allInnerTexts()).toEqual(["urgent", "album: summer"]);
});

it("shows texts whole, also those with a single backtick", async () => {
  const { page } = dashboard.opened;
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
  const { page, view } = dashboard.opened;
  const shown = "invoice\\u202egnp.exe";
  const { id } = await dashboard.client.create(
    [{ ...astronaut, name: "invoice\u202egnp.exe" }],
    "?labels=album:\u2067summer",
  );
  await view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
  await page.locator("tbody").getByText(shown).waitFor();
  await page.getByText("album: \\u2067summer").waitFor();
  // Read from the answer, then from the stream.
  await view("#/events", "Events");
  await page.locator("#event-list").getByText(shown).first().waitFor();
  await dashboard.client.finished((await dashboard.client.create([{ ...cat, name: "live\u202egnp.exe" }])).id);
  await page.locator("#event-list").getByText("live\\u202egnp.exe").first().waitFor();
  expect(await page.evaluate(() => document.body.innerText)).not.toMatch(/[\u202e\u2067]/);
});

it("shows the images of jobs and of requests, over minutes and over a month", async () => {
  const { page, view } = dashboard.opened;
  await dashboard.client.post("/process", form([astronaut]));
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
  const { page } = dashboard.opened;
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
  const { page, view } = dashboard.opened;
  await view("#/nothing", "Not found");
  await page.evaluate(() => {
    location.hash = "#/jobs/no-such-job";
  });
  await page.getByRole("heading", { level: 1, name: "Unknown job" }).waitFor();
  await page.getByText("There is no job no-such-job").waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
  // A link of another time, or of another dashboard.service.
  await view("#/jobs?cursor=none", "Jobs");
  await page.getByRole("alert").getByText("cursor is not one that was handed out").waitFor();
  expect(await page.getByText("Loading…").isVisible()).toBe(false);
  expect([...(await page.evaluate(faultsOf)), ...(await violationsOn(page))]).toEqual([]);
  await page.getByRole("link", { name: "Show the page without it" }).click();
  await page.locator("table.jobs, .empty").first().waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
});
