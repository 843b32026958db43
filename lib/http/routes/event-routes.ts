/** `/v1/events` and `/v1/jobs/{id}/events`. */
import type { ServerResponse } from "node:http";
import { call, type ParamsOf } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { EventsQuery } from "../../contracts/event.ts";
import { waitMsOf } from "../../contracts/waiting.ts";
import { failure } from "../../errors.ts";
import { cursorAfter, cursorText, type EventCursor, parseCursor } from "../../jobs/event-cursor.ts";
import type { EventPage } from "../../jobs/event-reader.ts";
import { sequenced } from "../../jobs/events.ts";
import type { LoggedEvent } from "../../ports/event-log.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { type Offers, preferred } from "../gateway/negotiation.ts";
import { querying } from "../gateway/query.ts";
import { sendBody, sendJson } from "../gateway/reply.ts";
import type { Route } from "../gateway/route.ts";
import { forClient, streamEvents } from "./event-stream.ts";
import { jobIdOf, UNTRACKED, waitFor } from "./job-routes.ts";

const CLOUD_EVENT = "application/cloudevents+json";
const CLOUD_EVENTS = "application/cloudevents-batch+json";
const FORMS: Offers<"json" | "batch" | "single" | "stream"> = [
  ["application/json", "json"],
  [CLOUD_EVENTS, "batch"],
  [CLOUD_EVENT, "single"],
  ["text/event-stream", "stream"],
];
const BEGINNING: EventCursor = { after: 0 };

const events = querying(EventsQuery, async (request, response, { after, limit, wait }) => {
  const id = request.$params.id === undefined ? undefined : jobIdOf(request);
  response.appendHeader("Vary", "Accept");
  const form = preferred(request.headers.accept, FORMS);
  const seen = lastEventId(request.headers["last-event-id"]);
  const queried = after === undefined ? BEGINNING : cursorOf(after, "after");
  if (id !== undefined) await call(request.$ctx, actions.jobs.get, { id });
  const ofJob = id === undefined ? {} : { jobId: id };
  const read = (page: ParamsOf<typeof actions.events.read>) =>
    call(request.$ctx, actions.events.read, { ...page, ...ofJob }, UNTRACKED);
  if (form === "stream") {
    await streamEvents(response, { from: seen ?? queried, read, signal: request.$service.draining.signal });
    return;
  }
  const waitMs = request.method === "HEAD" ? 0 : waitMsOf(wait ?? 0);
  const most = form === "single" ? 1 : limit;
  const reading = read({ ...queried, ...(most && { limit: most }), waitMs });
  const page = (await waitFor(request, reading)) ?? { items: [], next: queried.after };
  linkNext(request, response, page.items.at(-1), queried);
  const items = page.items.map(({ sequence, event }) => ({ sequence, event: forClient(request, event) }));
  sendPage(response, form, { ...page, items });
});

/** Links to the next page, with the mark, which `next` does not have. */
function linkNext(
  { query }: GatewayRequest,
  response: ServerResponse,
  last: LoggedEvent | undefined,
  queried: EventCursor,
): void {
  const after = last ? cursorAfter(last) : cursorText(queried);
  const next = new URLSearchParams({ ...(query as Record<string, string>), after });
  response.setHeader("Link", `<?${next}>; rel="next"`);
}

function sendPage(response: ServerResponse, form: "json" | "batch" | "single", { items, next }: EventPage): void {
  // Here the sequence is a number. This is deprecated, and kept for one version.
  if (form === "json") {
    sendJson(response, { items: items.map(({ sequence, event }) => ({ sequence, ...event })), next });
    return;
  }
  const messages = items.map(({ sequence, event }) => sequenced(sequence, event));
  if (form === "batch") sendBody(response, 200, CLOUD_EVENTS, JSON.stringify(messages));
  else if (messages[0]) sendBody(response, 200, CLOUD_EVENT, JSON.stringify(messages[0]));
  else response.writeHead(204).end();
}

/** @throws INVALID_OPTION for an invalid cursor: a client cannot want to get all events again from the beginning. */
function lastEventId(header: string | string[] | undefined): EventCursor | undefined {
  return header === undefined || header === "" ? undefined : cursorOf(String(header), "Last-Event-ID");
}

/** @throws INVALID_OPTION */
function cursorOf(text: string, name: string): EventCursor {
  const cursor = parseCursor(text);
  if (!cursor) throw failure("INVALID_OPTION", `${name} must be the sequence or the id of an event.`);
  return cursor;
}

export const eventRoutes: Record<string, Route> = {
  "GET v1/jobs/:id/events": events,
  "GET v1/events": events,
};
