/** The stream's own behaviour over real sockets, with a log that the test writes and intervals that it can wait for. */
import { getEventListeners, once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { closeIfUnread } from "../../lib/http/connections/unread-answer.ts";
import { type EventStreamSettings, streamEvents } from "../../lib/http/routes/event-stream.ts";
import type { EventPage } from "../../lib/jobs/event-reader.ts";
import type { LoggedEvent } from "../../lib/ports/event-log.ts";
import { EventSourceReader } from "../support/event-source.ts";

const TEXT_BYTES = 100_000;
const logged = (sequence: number) =>
  ({
    sequence,
    event: { type: "dev.sightline.test", data: { text: "x".repeat(TEXT_BYTES) } },
  }) as unknown as LoggedEvent;

/** A log that always has more. */
const endless: EventStreamSettings["read"] = async ({ after, limit }) => {
  const items = Array.from({ length: limit }, (_, index) => logged(after + 1 + index));
  return { items, next: after + limit };
};
/** A log in which nothing happens. */
const silent: EventStreamSettings["read"] = ({ after, waitMs }) =>
  new Promise((resolve) => setTimeout(() => resolve({ items: [], next: after }), waitMs).unref());

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function serve({ unreadMs, ...settings }: Partial<EventStreamSettings> & { unreadMs?: number }) {
  const stop = new AbortController();
  const outcomes: unknown[] = [];
  let buffered = 0;
  const server = createServer((_request, response) => {
    closeIfUnread(response, unreadMs);
    streamEvents(response, { from: { after: 0 }, read: silent, signal: stop.signal, ...settings })
      .then(
        () => outcomes.push("over"),
        (error) => outcomes.push(error),
      )
      .finally(() => clearInterval(watch));
    const watch = setInterval(() => {
      buffered = Math.max(buffered, response.writableLength);
    }, 5);
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, stop, outcomes, buffered: () => buffered };
}

/** The text of the first event. */
async function firstBlock(url: string): Promise<string> {
  const { body } = await fetch(url);
  let text = "";
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (text.includes("\n\n")) break;
  }
  return text.slice(0, text.indexOf("\n\n"));
}

/** A client that asks and never reads. */
async function deafReader(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").pause();
  await once(socket, "connect");
  socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  return socket;
}

describe("an event stream", () => {
  it("has `retry` in its first event, and sends it before there is one", async () => {
    const { url } = await serve({ read: (request) => (request.after === 0 ? endless(request) : silent(request)) });
    const text = await firstBlock(url);
    expect(text).toMatch(/^retry: 1000\nid: 1-[0-9a-f]{8}\nevent: dev\.sightline\.test\ndata: /);
    const idle = await serve({});
    const reader = await EventSourceReader.open(idle.url);
    await expect.poll(() => reader.retryMs).toBe(1000);
    expect(reader.events).toEqual([]);
    reader.close();
  });

  it("shows by heartbeats that it is alive", async () => {
    const { url } = await serve({ heartbeatMs: 10 });
    const reader = await EventSourceReader.open(url);
    await expect.poll(() => reader.comments).toBeGreaterThan(2);
    expect(reader.events).toEqual([]);
    reader.close();
  });

  it("cuts off a reader that takes nothing, without having piled up events for it", async () => {
    let pages = 0;
    const read: EventStreamSettings["read"] = (request) => {
      pages++;
      return endless(request);
    };
    const { port, outcomes, buffered } = await serve({ read, unreadMs: 300 });
    const socket = await deafReader(port);
    await expect.poll(() => outcomes).toEqual(["over"]);
    // What fits in the system's socket buffers; it would be without end if nobody waited.
    expect(pages).toBeLessThan(100);
    expect(buffered()).toBeLessThan(2 * 2 ** 20);
    socket.destroy();
  });

  it("has each event once, in order, however many of them fit into what waits for its reader", async () => {
    const last = 300;
    const read: EventStreamSettings["read"] = async (request) => {
      const items = Array.from({ length: request.limit }, (_, index) => logged(request.after + 1 + index));
      const present = items.filter(({ sequence }) => sequence <= last);
      return present.length > 0 ? { items: present, next: present.at(-1)?.sequence ?? 0 } : silent(request);
    };
    const { url } = await serve({ read });
    const reader = await EventSourceReader.open(url);
    await expect.poll(() => reader.events.length).toBe(last);
    expect(reader.sequences).toEqual(Array.from({ length: last }, (_, index) => index + 1));
    reader.close();
  });

  it.each(["silent", "deaf"])("ends at once when the node is stopped, with a %s client too", async (kind) => {
    const { url, port, stop, outcomes } = await serve({ read: kind === "deaf" ? endless : silent });
    const socket = kind === "deaf" ? await deafReader(port) : undefined;
    const reader = kind === "silent" ? await EventSourceReader.open(url) : undefined;
    await expect.poll(() => getEventListeners(stop.signal, "abort").length).toBe(1);
    stop.abort();
    await expect.poll(() => outcomes).toEqual(["over"]);
    if (reader) await expect.poll(() => reader.isEnded).toBe(true);
    socket?.destroy();
  });

  it("leaves nothing with the node when its reader goes", async () => {
    const { url, stop, outcomes } = await serve({});
    for (let time = 0; time < 3; time++) (await EventSourceReader.open(url)).close();
    await expect.poll(() => outcomes.length).toBe(3);
    expect(getEventListeners(stop.signal, "abort")).toEqual([]);
  });

  it("does not keep the pages it has sent", async () => {
    const pages: WeakRef<EventPage>[] = [];
    const read: EventStreamSettings["read"] = async (request) => {
      const page = await (pages.length < 20 ? endless({ ...request, limit: 3 }) : silent(request));
      pages.push(new WeakRef(page));
      return page;
    };
    const { url } = await serve({ read });
    const reader = await EventSourceReader.open(url);
    await expect.poll(() => reader.events.length).toBe(60);
    const { gc } = globalThis as { gc?: () => void };
    await expect
      .poll(() => {
        gc?.();
        return pages.slice(0, 18).filter((page) => page.deref() !== undefined).length;
      })
      .toBe(0);
    reader.close();
  });
});
