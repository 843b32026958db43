/**
 * Server-sent events (WHATWG HTML, section 9.2). Each event's id is its sequence in the log, so a client that
 * reconnects with `Last-Event-ID` resumes exactly where it left off.
 */
import type { ServerResponse } from "node:http";
import type { EventPage } from "../../jobs/event-reader.ts";
import { sequenced } from "../../jobs/events.ts";
import type { LoggedEvent } from "../../ports/event-log.ts";

/** With the id from which a client that reconnects goes on. */
const RESET = 'id: 0\nevent: reset\ndata: {"reason":"the log is shorter than the cursor"}\n\n';
const HEARTBEAT_MS = 15_000;
const PAGE = 200;
const SLOW_READER_MS = 10_000;

export interface EventStreamSettings {
  /** Sends events after this sequence. */
  readonly after: number;
  /** Tells the client first that what follows does not continue what it has read. */
  readonly isReset?: boolean;
  readonly read: (page: { after: number; limit: number; waitMs: number }) => Promise<EventPage>;
  /** Ends the stream, for example on shutdown. */
  readonly signal: AbortSignal;
  /** Interval of heartbeats on an idle stream. */
  readonly heartbeatMs?: number;
  /** A reader that consumes nothing for this long is disconnected; it can resume. */
  readonly slowReaderMs?: number;
}

export async function streamEvents(response: ServerResponse, settings: EventStreamSettings): Promise<void> {
  const { read, signal, heartbeatMs = HEARTBEAT_MS, slowReaderMs = SLOW_READER_MS } = settings;
  response.writeHead(200, {
    "Content-Type": "text/event-stream",
    "Cache-Control": "private, no-store",
    "X-Accel-Buffering": "no",
  });
  if (response.req.method === "HEAD") {
    response.end();
    return;
  }
  response.flushHeaders();
  // Before the first message: some parsers take a block without data for the end of the stream.
  let preamble = `retry: 1000\n${settings.isReset ? RESET : ""}`;
  // Resolves the current wait. Racing each page against one long-lived end promise would retain every page until the
  // stream ends.
  let stopWaiting = () => {};
  const end = () => stopWaiting();
  const untilEnd = <T>(start: (resolve: (value?: T) => void, reject: (error: unknown) => void) => void) =>
    new Promise<T | undefined>((resolve, reject) => {
      stopWaiting = () => resolve(undefined);
      start(resolve, reject);
    });
  const isOver = () => response.destroyed || signal.aborted;
  response.once("close", end);
  signal.addEventListener("abort", end);
  try {
    for (let { after } = settings; !isOver(); ) {
      const page = await untilEnd<EventPage>((resolve, reject) => {
        read({ after, limit: PAGE, waitMs: heartbeatMs }).then(resolve, reject);
      });
      if (!page) break;
      after = page.next;
      const text = page.items.length === 0 ? ": heartbeat\n\n" : page.items.map(toText).join("");
      const isWritten = response.write(preamble + text);
      preamble = "";
      if (isWritten) continue;
      const timer = setTimeout(() => response.destroy(), slowReaderMs);
      await untilEnd((resolve) => response.once("drain", resolve));
      clearTimeout(timer);
    }
    response.end();
  } finally {
    signal.removeEventListener("abort", end);
  }
}

function toText(logged: LoggedEvent): string {
  const { sequence, event } = logged;
  return `id: ${sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(sequenced(logged))}\n\n`;
}
