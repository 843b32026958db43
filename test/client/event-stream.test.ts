/** The client's stream of events, from a server that the test answers for. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SightlineClient } from "../../client/sightline-client.ts";

let server: Server;
afterEach(() => {
  vi.useRealTimers();
  server.close().closeAllConnections();
});

it("a reader that is slow does not lose its connection", async () => {
  const asked: unknown[] = [];
  server = createServer((request, response) => {
    asked.push(request.headers["last-event-id"]);
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write([1, 2].map((sequence) => `id: ${sequence}\ndata: {"sequence":"${sequence}"}\n\n`).join(""));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as { port: number };
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const onLost = vi.fn();
  const stop = new AbortController();
  const events = new SightlineClient({ url: `http://127.0.0.1:${port}` }).events({ onLost, signal: stop.signal });
  expect((await events.next()).value).toEqual({ sequence: "1" });
  // It works on the first one.
  await vi.advanceTimersByTimeAsync(100_000);
  const second = events.next();
  await vi.advanceTimersByTimeAsync(1_000);
  expect((await second).value).toEqual({ sequence: "2" });
  expect(onLost).not.toHaveBeenCalled();
  expect(asked).toEqual(["0"]);
  // One that is silent while it waits is found to be dead.
  const third = events.next();
  await vi.advanceTimersByTimeAsync(50_000);
  await vi.waitFor(() => expect(asked).toEqual(["0", "2"]), { timeout: 100_000 });
  expect(onLost).toHaveBeenCalledOnce();
  stop.abort();
  expect(await third).toEqual({ done: true, value: undefined });
});

describe("before its first connection", () => {
  const listen = async (...statuses: readonly number[]) => {
    const left = [...statuses];
    server = createServer((_request, response) => {
      const status = left.shift() ?? 200;
      if (status === 429 || status === 503) response.writeHead(status, { "Retry-After": "0" }).end();
      else if (status !== 200) response.writeHead(status).end();
      else response.writeHead(200, { "Content-Type": "text/event-stream" }).write('id: 1\ndata: {"sequence":"1"}\n\n');
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  it("a reader waits for a service at capacity, and for one behind a proxy", async () => {
    const onLost = vi.fn();
    const events = new SightlineClient({ url: await listen(503, 429, 502) }).events({ onLost });
    expect((await events.next()).value).toEqual({ sequence: "1" });
    expect(onLost).not.toHaveBeenCalled();
    await events.return();
  });

  it.each([
    ["whose patience is over", [503], { patienceMs: 0 }, 503],
    ["that is refused", [403], {}, 403],
    ["that another address is named to", [307], {}, 307],
  ])("a reader %s ends", async (_, statuses, settings, status) => {
    const events = new SightlineClient({ url: await listen(...statuses), ...settings }).events();
    await expect(events.next()).rejects.toMatchObject({ status });
  });
});
