/**
 * Events as a stream of server-sent events (WHATWG HTML, section 9.2). The id of each is its place in the log, so a
 * client that reconnects with `Last-Event-ID` goes on exactly where it was.
 */
import type { ServerResponse } from "node:http";
import type { EventPage } from "../../jobs/event-reader.ts";
import type { LoggedEvent } from "../../ports/event-log.ts";

const HEARTBEAT_MS = 15_000;
const PAGE = 200;
const SLOW_READER_MS = 10_000;

export interface EventStreamSettings {
  /** Events after this sequence are sent. */
  readonly after: number;
  readonly read: (page: { after: number; limit: number; waitMs: number }) => Promise<EventPage>;
  /** Ends the stream, as when the node is being stopped. */
  readonly signal: AbortSignal;
  /** Time after which a stream without events shows that it is alive. */
  readonly heartbeatMs?: number;
  /** A reader that lets this much time pass without taking anything is cut off; it can resume. */
  readonly slowReaderMs?: number;
}

export async function streamEvents(response: ServerResponse, settings: EventStreamSettings): Promise<void> {
  const { read, signal, heartbeatMs = HEARTBEAT_MS, slowReaderMs = SLOW_READER_MS } = settings;
  response.writeHead(200, {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
  });
  if (response.req.method === "HEAD") {
    response.end();
    return;
  }
  response.write("retry: 1000\n\n");
  // What the stream waits for at the moment. A promise of the end that is raced with each page would hold on to all of
  // them until the stream ends.
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
      if (response.write(text)) continue;
      const timer = setTimeout(() => response.destroy(), slowReaderMs);
      await untilEnd((resolve) => response.once("drain", resolve));
      clearTimeout(timer);
    }
    response.end();
  } finally {
    signal.removeEventListener("abort", end);
  }
}

function toText({ sequence, event }: LoggedEvent): string {
  return `id: ${sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
