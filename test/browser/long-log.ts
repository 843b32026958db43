/** A log of events that is longer than a test could make it. */
import type { Page, Route } from "playwright-core";
import type { SequencedEvent } from "../support/job-client.ts";

/** As many events as `last`, like the given one of the job. */
export function eventsLike(event: SequencedEvent, jobId: string, last: number): SequencedEvent[] {
  return Array.from({ length: last }, (_, n) => ({ ...event, id: `${jobId}.${n}`, sequence: n + 1 }));
}

/** Answers a request for a page of the log. @param most Events of a page. */
export async function sendPage(route: Route, logged: readonly SequencedEvent[], most = Infinity): Promise<void> {
  const query = new URL(route.request().url()).searchParams;
  const [after, limit] = [Number(query.get("after")), Number(query.get("limit"))];
  const items = logged.slice(after, after + Math.min(limit, most));
  await route.fulfill({ json: { items, next: items.at(-1)?.sequence ?? after } });
}

/** Has the service tell the page that the log ends at this sequence. */
export async function endLogAt(page: Page, lastSequence: () => number): Promise<void> {
  await page.route("**/v1/whoami", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), lastSequence: lastSequence() } });
  });
}

/** Of the events that the page shows, from above. */
export function shownSequences(page: Page): Promise<number[]> {
  return page.locator(".event").evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset.sequence)));
}
