/**
 * Server-sent events (WHATWG HTML, section 9.2). Each event's id is a cursor of the log, so a client that reconnects with
 * `Last-Event-ID` resumes exactly where it left off.
 */
import type { ServerResponse } from "node:http";
import { type Failure, isFailure } from "../../errors.ts";
import { cursorAfter, type EventCursor } from "../../jobs/event-cursor.ts";
import type { EventPage } from "../../jobs/event-reader.ts";
import { sequenced } from "../../jobs/events.ts";
import type { LoggedEvent } from "../../ports/event-log.ts";
import { clientProblem } from "../gateway/base-path.ts";
import { isGone, onDeparture } from "../gateway/departure.ts";

const HEARTBEAT_MS = 15_000;
const PAGE = 200;
/**
 * Where a reader of a log that was restored from a backup goes on. From the log's end it would miss the events that were
 * appended since.
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
  // Part of the first event. A client processes the line at once, and thereby knows that it is connected.
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
    for (let from = settings.from; !isOver(); ) {
      const page = await untilEnd<EventPage | Failure>((resolve, reject) => {
        read({ ...from, limit: PAGE, waitMs: heartbeatMs }).then(resolve, (error) =>
          isFailure(error) && error.type === "CURSOR_GONE" ? resolve(error) : reject(error),
        );
      });
      if (!page) break;
      from = { after: "next" in page ? page.next : BEGINNING };
      if (!response.write(textOf(response, page))) await untilEnd((resolve) => response.once("drain", resolve));
    }
    response.end();
  } finally {
    stopListening();
    signal.removeEventListener("abort", end);
  }
}

function textOf({ req }: ServerResponse, page: EventPage | Failure): string {
  if (!("items" in page)) return block(BEGINNING, "reset", clientProblem(req, page));
  return page.items.length === 0 ? ": heartbeat\n\n" : page.items.map(eventText).join("");
}

function eventText(logged: LoggedEvent): string {
  const { sequence, event } = logged;
  return block(cursorAfter(logged), event.type, sequenced(sequence, event));
}

function block(id: string | number, event: string, data: object): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
