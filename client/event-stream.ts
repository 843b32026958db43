/** The service's events as they happen, each exactly once, even if the connection breaks. */
import { setTimeout as sleep } from "node:timers/promises";
import { EventSourceParserStream } from "eventsource-parser/stream";
import type { components } from "./api-types.ts";
import { ServiceProblem, ServiceUnreachable } from "./errors.ts";

export type JobEvent = components["schemas"]["Event"];

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** The service sends a heartbeat every 15 seconds; a connection silent for this long is dead. */
const SILENCE_MS = 45_000;

export interface EventStreamSettings {
  /** `…/v1/events`, or the events of one job. */
  readonly url: string;
  readonly headers?: Record<string, string>;
  /** Only events after this sequence are read. */
  readonly after: number;
  readonly signal?: AbortSignal | undefined;
  /** Called once per lost connection; the client then reconnects. Without it, the error is thrown. */
  readonly onLost?: ((error: Error) => void) | undefined;
}

/**
 * Reads until aborted, reconnecting with back-off.
 * @throws ServiceProblem if the service refuses permanently; ServiceUnreachable if the first connection fails.
 */
export async function* followEvents(settings: EventStreamSettings): AsyncGenerator<JobEvent, void, void> {
  let { after } = settings;
  let wasConnected = false;
  let isLost = false;
  for (let pauseMs = FIRST_PAUSE_MS; !settings.signal?.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      for await (const event of readOnce({ ...settings, after })) {
        if (event === "connected") {
          wasConnected = true;
          isLost = false;
          continue;
        }
        pauseMs = FIRST_PAUSE_MS;
        after = event.sequence;
        yield event;
      }
    } catch (error) {
      if (settings.signal?.aborted) return;
      const isPassing = error instanceof ServiceUnreachable || (error instanceof ServiceProblem && error.status >= 500);
      if (!isPassing || !wasConnected || !settings.onLost) throw error;
      if (!isLost) settings.onLost(error);
      isLost = true;
    }
    await sleep(pauseMs, undefined, settings.signal ? { signal: settings.signal } : {}).catch(() => {});
  }
}

/** The events of one connection. */
async function* readOnce({
  url,
  headers,
  after,
  signal,
}: EventStreamSettings): AsyncGenerator<JobEvent | "connected", void, void> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENCE_MS);
  let last = after;
  try {
    const response = await fetch(url, {
      headers: { ...headers, Accept: "text/event-stream", "Last-Event-ID": String(after) },
      signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
    });
    if (!response.ok || !response.body) throw ServiceProblem.of(response, await response.json().catch(() => undefined));
    if (!response.headers.get("content-type")?.startsWith("text/event-stream"))
      throw new SyntaxError("no event stream");
    yield "connected";
    const messages = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(onEach<string>(() => timer.refresh()))
      .pipeThrough(new EventSourceParserStream());
    for await (const { id, data } of messages) {
      const sequence = Number(id);
      // Events repeated after a reconnection are recognised by their sequence.
      if (!(sequence > last)) continue;
      last = sequence;
      yield { ...JSON.parse(data), sequence };
    }
  } catch (error) {
    if (error instanceof ServiceProblem) throw error;
    throw new ServiceUnreachable(new URL(url).origin, error);
  } finally {
    clearTimeout(timer);
  }
}

/** Passes every item through and calls back for each. */
function onEach<T>(tell: () => void): TransformStream<T, T> {
  return new TransformStream({
    transform(item, out) {
      tell();
      out.enqueue(item);
    },
  });
}
