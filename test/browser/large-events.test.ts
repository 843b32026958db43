/** Events that are so large that a page of the service has fewer of them than it was asked for. */
import type { Browser, Route } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { sample } from "../support/images.ts";
import { JobClient } from "../support/job-client.ts";
import { type RunningService, startService } from "../support/service.ts";
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
  const [event] = await client.events(id);
  // As if the log had so many of the job, 200 of which are 16 MiB.
  const LAST = 1_000;
  const logged = Array.from({ length: LAST }, (_, n) => ({ ...event, id: `${id}.${n}`, sequence: n + 1 }));
  const answer = async (route: Route) => {
    const query = new URL(route.request().url()).searchParams;
    const [after, limit] = [Number(query.get("after")), Number(query.get("limit"))];
    const items = logged.slice(after, after + Math.min(limit, 200));
    await route.fulfill({ json: { items, next: items.at(-1)?.sequence ?? after } });
  };
  const opened = await openPage(browser, service.url);
  await opened.page.route(`**/v1/jobs/${id}/events?*`, answer);
  await opened.page.route("**/v1/whoami", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), lastSequence: LAST } });
  });
  await opened.view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
  await opened.page.getByText("The newest 50 events.").waitFor();
  const sequences = await opened.page
    .locator(".event")
    .evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset.sequence)));
  expect(sequences).toEqual(Array.from({ length: 50 }, (_, n) => LAST - n));
  await opened.close();
});
