/**
 * Server-sent events (WHATWG HTML, section 9.2). Each event's id is a cursor of the log, so a client that reconnects
 * with `Last-Event-ID` resumes exactly where it left off.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Problem } from "../../contracts/problem.ts";
import { type Failure, isFailure } from "../../errors.ts";
import { cursorAfter, type EventCursor } from "../../jobs/event-cursor.ts";
import type { EventPage } from "../../jobs/event-reader.ts";
import { type CloudEvent, sequenced } from "../../jobs/events.ts";
import type { LoggedEvent } from "../../ports/event-log.ts";
import { isGone, onDeparture } from "../connections/departure.ts";
import { clientProblem, withClientType } from "../gateway/base-path.ts";

const HEARTBEAT_MS = 15_000;
/** Maximum events that are read at once. A stream begins with fewer. */
const PAGE = 200;
const FIRST_PAGE = 16;
/** Maximum text of events that wait for a slow reader. An event may have a quarter of it. */
const MOST_TEXT = 2 ** 20;
/**
 * Where a reader continues if the log was restored from a backup. If it continued at the log's end, it would miss the
 * events that were appended since.
 */
const BEGINNING = 0;

export interface EventStreamSettings {
  /** Sends events after this position. */
  readonly from: EventCursor;
  readonly read: (page: EventCursor & { limit: number; waitMs: number }) => Promise<EventPage>;
  /** Ends the stream, for example on shutdown. */
  readonly signal: AbortSignal;
  /** Interval of heartbeats on an idle stream. */
  readonly heartbeatMs?: number;
}

export async function streamEvents(response: ServerResponse, settings: EventStreamSettings): Promise<void> {
  const { read, signal, heartbeatMs = HEARTBEAT_MS } = settings;
  response.writeHead(200, {
    "Content-Type": "text/event-stream",
    "Cache-Control": "private, no-store",
    "X-Accel-Buffering": "no",
  });
  if (response.req.method === "HEAD") {
    response.end();
    return;
  }
  // This line is part of the first event. A client processes it at once, and thereby knows that it is connected.
  response.write("retry: 1000\n");
  // Resolves the current wait. Racing each page against one long-lived end promise would retain every page until the
  // stream ends.
  let stopWaiting = () => {};
  const end = () => stopWaiting();
  const untilEnd = <T>(start: (resolve: (value?: T) => void, reject: (error: unknown) => void) => void) =>
    new Promise<T | undefined>((resolve, reject) => {
      stopWaiting = () => resolve(undefined);
      start(resolve, reject);
    });
  const { socket } = response.req;
  const isOver = () => response.destroyed || isGone(socket) || signal.aborted;
  const stopListening = onDeparture(socket, end);
  response.once("close", end);
  signal.addEventListener("abort", end);
  try {
    let limit = FIRST_PAGE;
    for (let from = settings.from; !isOver(); ) {
      const page = await untilEnd<EventPage | Failure>((resolve, reject) => {
        read({ ...from, limit, waitMs: heartbeatMs }).then(resolve, (error) =>
          isFailure(error) && error.type === "CURSOR_GONE" ? resolve(error) : reject(error),
        );
      });
      if (!page) break;
      const { text, after, taken } = textOf(response, page);
      from = { after };
      // The events that had no room will be read again.
      limit = taken ?? Math.min(2 * limit, PAGE);
      if (!response.write(text)) await untilEnd((resolve) => response.once("drain", resolve));
    }
    response.end();
  } finally {
    stopListening();
    signal.removeEventListener("abort", end);
  }
}

interface Text {
  readonly text: string;
  /** Position after the page. */
  readonly after: number;
  /** Number of the page's events that have room, if not all have. */
  readonly taken?: number;
}

function textOf({ req }: ServerResponse, page: EventPage | Failure): Text {
  if (!("items" in page)) return { text: block(BEGINNING, "reset", clientProblem(req, page)), after: BEGINNING };
  if (page.items.length === 0) return { text: ": heartbeat\n\n", after: page.next };
  let text = "";
  for (const [index, logged] of page.items.entries()) {
    text += eventText(req, logged);
    const taken = index + 1;
    if (text.length >= MOST_TEXT && taken < page.items.length) return { text, after: logged.sequence, taken };
  }
  return { text, after: page.next };
}

function eventText(request: IncomingMessage, logged: LoggedEvent): string {
  const { sequence, event } = logged;
  return block(cursorAfter(logged), event.type, sequenced(sequence, forClient(request, event)));
}

/** The event for a client: if its data has a problem, the `type` of the problem begins with BASE_PATH. */
export function forClient(request: IncomingMessage, event: CloudEvent): CloudEvent {
  const data: { readonly problem?: Problem } = event.data;
  return data.problem ? { ...event, data: withClientType(request, data) } : event;
}

function block(id: string | number, event: string, data: object): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
