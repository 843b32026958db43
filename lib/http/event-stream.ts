/**
 * Events as a stream of server-sent events (WHATWG HTML, section 9.2). The id of each is its place in the log, so a
 * client that reconnects with `Last-Event-ID` goes on exactly where it was.
 */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { EventPage } from "../jobs/event-reader.ts";
import type { LoggedEvent } from "../ports/event-log.ts";

const HEARTBEAT_MS = 15_000;
const PAGE = 200;
/** A reader that lets this much time pass without taking anything is cut off; it can resume. */
const SLOW_READER_MS = 10_000;

export interface EventStreamSettings {
  /** Events after this sequence are sent. */
  readonly after: number;
  readonly read: (page: { after: number; limit: number; waitMs: number }) => Promise<EventPage>;
  /** Ends the stream, as when the node is being stopped. */
  readonly signal: AbortSignal;
}

export async function streamEvents(response: ServerResponse, settings: EventStreamSettings): Promise<void> {
  const { read, signal } = settings;
  response.writeHead(200, {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
  });
  response.write("retry: 1000\n\n");
  const ended = Promise.race([once(response, "close"), aborted(signal)]).then(() => undefined);
  let { after } = settings;
  while (!response.destroyed && !signal.aborted) {
    const page = await Promise.race([read({ after, limit: PAGE, waitMs: HEARTBEAT_MS }), ended]);
    if (!page) break;
    after = page.next;
    const text = page.items.length === 0 ? ": heartbeat\n\n" : page.items.map(toText).join("");
    if (!response.write(text) && !(await drained(response))) {
      response.destroy();
      return;
    }
  }
  response.end();
}

function toText({ sequence, event }: LoggedEvent): string {
  return `id: ${sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

async function drained(response: ServerResponse): Promise<boolean> {
  const timeout = AbortSignal.timeout(SLOW_READER_MS);
  return once(response, "drain", { signal: timeout }).then(
    () => true,
    () => false,
  );
}

function aborted(signal: AbortSignal): Promise<unknown> {
  return signal.aborted ? Promise.resolve() : once(signal, "abort");
}
