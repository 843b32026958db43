/** Events that are so large that a page of the service has fewer of them than it was asked for. */
import type { Browser } from "playwright-core";
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

it("are shown on the page of their job, the newest first", async () => {
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
