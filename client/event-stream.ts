/** The service's events as they happen, each exactly once, even if the connection breaks. */
import { EventSourceParserStream } from "eventsource-parser/stream";
import type { components } from "./api-types.ts";
import { ServiceProblem, ServiceUnreachable } from "./errors.ts";
import { pause } from "./pause.ts";
import { waitAfter } from "./retry.ts";

/** A CloudEvent. Its `sequence` is its position in the log, as decimal digits. */
export type JobEvent = components["schemas"]["CloudEvent"];

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** Silence after which a connection counts as dead. The service sends a heartbeat every 15 seconds. */
const SILENCE_MS = 45_000;

export interface EventSettings {
  /**
   * Position after which events are read, as a sequence or a cursor. By default, all events from the log's beginning
   * are read.
   */
  readonly after?: number | string | undefined;
  /** Only events of this job. */
  readonly jobId?: string | undefined;
  /** Ends the iteration, as the client's own signal does. */
  readonly signal?: AbortSignal | undefined;
  /** Called once per lost connection, before the client connects again. */
  readonly onLost?: ((error: Error) => void) | undefined;
  /** Called with a sentence when the log turns out to be restored from a backup. All of its events follow. */
  readonly onReset?: ((detail: string) => void) | undefined;
}

interface EventEndpoint {
  /** URL `…/v1/events`, or that of the events of one job. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  /** How long to try again, in milliseconds, while the service is at capacity before the first connection. */
  readonly patienceMs: number;
}

/**
 * Reads until aborted. A lost connection is opened again, with back-off, after the last event that was read. If the log
 * was restored from a backup meanwhile, its events begin again at the first.
 * @throws ServiceProblem if the service refuses permanently, or is at capacity for too long before the first connection;
 *   ServiceUnreachable if the first connection fails.
 */
export async function* followEvents(
  endpoint: EventEndpoint,
  { after = 0, onLost, onReset }: Pick<EventSettings, "after" | "onLost" | "onReset">,
): AsyncGenerator<JobEvent, void, void> {
  const { signal, patienceMs } = endpoint;
  const deadline = performance.now() + patienceMs;
  const position: Position = { id: String(after), sequence: Number.parseInt(String(after), 10) };
  let wasConnected = false;
  let isLost = false;
  for (let pauseMs = FIRST_PAUSE_MS; !signal?.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    let leastPauseMs = 0;
    try {
      for await (const item of readOnce(endpoint, position)) {
        if (item === "connected") {
          wasConnected = true;
          isLost = false;
        } else if ("reset" in item) {
          onReset?.(item.reset);
        } else {
          pauseMs = FIRST_PAUSE_MS;
          yield item;
        }
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (wasConnected) {
        if (!isPassing(error)) throw error;
        if (!isLost) onLost?.(error);
        isLost = true;
        if (error instanceof ServiceProblem) leastPauseMs = (error.retryAfterSeconds ?? 0) * 1000;
      } else {
        // Without any answer, the address may be wrong.
        const waitMs = waitAfter(error, pauseMs, () => error instanceof ServiceProblem);
        if (waitMs === undefined || performance.now() + waitMs > deadline) throw error;
        leastPauseMs = waitMs;
      }
    }
    await pause(Math.max(pauseMs, leastPauseMs), signal).catch(() => {});
  }
}

function isPassing(error: unknown): error is Error {
  // Only a proxy sends a redirect, for example because its service is away.
  if (error instanceof ServiceProblem)
    return error.status < 400 || error.status >= 500 || error.retryAfterSeconds !== undefined;
  return error instanceof ServiceUnreachable;
}

/** The last event that was read: its id in the stream, and its sequence. */
interface Position {
  id: string;
  sequence: number;
}

/** The events of one connection. Updates the position, and handles what the connection says besides events. */
async function* readOnce(
  { url, headers, signal }: EventEndpoint,
  position: Position,
): AsyncGenerator<JobEvent | "connected" | { readonly reset: string }, void, void> {
  const connection = new AbortController();
  const signals = signal ? [signal, connection.signal] : [connection.signal];
  const silence = new Silence(() => connection.abort());
  try {
    const response = await fetch(url, {
      headers: { ...headers, Accept: "text/event-stream", "Last-Event-ID": position.id },
      // The other address would get the key.
      redirect: "manual",
      signal: AbortSignal.any(signals),
    });
    if (!response.ok || !response.body)
      throw new ServiceProblem(response, await response.json().catch(() => undefined));
    if (!response.headers.get("content-type")?.startsWith("text/event-stream"))
      throw new SyntaxError("no event stream");
    yield "connected";
    const messages = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(onEach<string>(() => silence.broken()))
      .pipeThrough(new EventSourceParserStream());
    for await (const { id = "", event, data } of itemsOf(messages)) {
      if (event === "reset") {
        Object.assign(position, { id, sequence: 0 });
        yield { reset: JSON.parse(data).detail };
        continue;
      }
      const message: JobEvent = JSON.parse(data);
      const sequence = Number(message.sequence);
      // Events that are repeated after a reconnection are recognised by their sequence.
      if (!(sequence > position.sequence)) continue;
      Object.assign(position, { id, sequence });
      // Nothing is read until the caller asks for the next event, so silence does not count meanwhile.
      silence.end();
      yield message;
      silence.begin();
    }
  } catch (error) {
    if (error instanceof ServiceProblem) throw error;
    throw new ServiceUnreachable(new URL(url).origin, error);
  } finally {
    silence.end();
    connection.abort();
  }
}

/** Calls back after a long silence, while the client is listening. */
class Silence {
  readonly #tell: () => void;
  #isListening = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: () => void) {
    this.#tell = tell;
    this.begin();
  }

  begin(): void {
    this.#isListening = true;
    this.broken();
  }

  broken(): void {
    clearTimeout(this.#timer);
    if (this.#isListening) this.#timer = setTimeout(this.#tell, SILENCE_MS);
  }

  end(): void {
    this.#isListening = false;
    clearTimeout(this.#timer);
  }
}

/** Not every browser can iterate over a stream. */
async function* itemsOf<T>(stream: ReadableStream<T>): AsyncGenerator<T, void, void> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
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
