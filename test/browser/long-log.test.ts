/**
 * More events than a page of the service has, which arrive faster than the page in the browser is drawn, or are large.
 */
import type { Browser, Route } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { sample } from "../support/images.ts";
import { JobClient, type SequencedEvent } from "../support/job-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { endLogAt, eventsLike, sendPage, shownSequences } from "./long-log.ts";
import { openPage } from "./opened-page.ts";

let service: RunningService;
let browser: Browser;
beforeAll(async () => {
  service = await startService();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

it("events that arrive faster than the page is drawn are listed with those that were loaded before, none of which is forgotten", async () => {
  const client = new JobClient(service.url);
  const { id } = await client.create([{ name: "a.png", bytes: sample("astronaut.png") }], "?execute=false");
  await expect.poll(async () => (await client.events(id)).length).toBe(1);
  const [event] = (await client.events(id)) as [SequencedEvent];
  // As if the log had so many.
  const [FIRST, LAST] = [1_000, 2_400];
  const logged = eventsLike(event, id, LAST);
  let lastSequence = FIRST;
  const goOn = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const opened = await openPage(browser, service.url, { path: "/ping" });
  const { page, view } = opened;
  const stream = async (route: Route, after: number) => {
    if (after === FIRST) await goOn.promise;
    if (after === LAST) await over.promise;
    // All at once, and the stream ends.
    const messages = logged.slice(after, lastSequence).map(({ sequence, ...rest }) => {
      const data = JSON.stringify({ ...rest, sequence: String(sequence), sequencetype: "Integer" });
      return `id: ${sequence}\nevent: ${rest.type}\ndata: ${data}\n\n`;
    });
    await route.fulfill({ contentType: "text/event-stream", body: messages.join("") });
  };
  await page.route("**/v1/events?*", async (route) => {
    const after = Number(new URL(route.request().url()).searchParams.get("after"));
    const isStream = route.request().headers().accept === "text/event-stream";
    await (isStream ? stream(route, after) : sendPage(route, logged));
  });
  await endLogAt(page, () => lastSequence);
  await page.goto(`${service.url}/dashboard`);
  await view("#/events", "Events");
  const sequences = () => shownSequences(page);
  await expect.poll(async () => (await sequences()).length).toBe(50);
  await page.getByRole("button", { name: "Show earlier events" }).click();
  await expect.poll(async () => (await sequences()).length).toBe(150);
  lastSequence = LAST;
  goOn.resolve();
  await expect.poll(async () => (await sequences())[0]).toBe(LAST);
  const all = LAST - FIRST + 150;
  expect(await sequences()).toEqual(Array.from({ length: all }, (_, n) => LAST - n));
  over.resolve();
  await opened.close();
});

// So large that a page of the service has fewer of them than it was asked for.
it("large events are shown on the page of their job, the newest first", async () => {
  const client = new JobClient(service.url);
  const { id } = await client.create([{ name: "a.png", bytes: sample("astronaut.png") }]);
  await client.finished(id);
  const isOver = async () => (await client.events(id)).at(-1)?.type === "dev.sightline.job.succeeded";
  await expect.poll(isOver).toBe(true);
  const [event] = (await client.events(id)) as [SequencedEvent];
  // As if the log had so many of the job, 200 of which are 16 MiB.
  const LAST = 1_000;
  const logged = eventsLike(event, id, LAST);
  const opened = await openPage(browser, service.url);
  await opened.page.route(`**/v1/jobs/${id}/events?*`, (route) => sendPage(route, logged, 200));
  await endLogAt(opened.page, () => LAST);
  await opened.view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
  await opened.page.getByText("The newest 50 events.").waitFor();
  expect(await shownSequences(opened.page)).toEqual(Array.from({ length: 50 }, (_, n) => LAST - n));
  await opened.close();
});
