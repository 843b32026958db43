/** What Node's parser gives up on, as problem details. Other refusals of the parser are in manners.test.ts. */
import { once } from "node:events";
import { createServer, type ServerOptions } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";
import { answerRefused } from "../../lib/http/connections/refused-connections.ts";
import { sendBytes } from "../support/raw-http.ts";

/** A server that refuses what cannot be read, and what it was called with. */
async function refusing(options: ServerOptions = {}) {
  const server = createServer(options).listen(0, "127.0.0.1");
  await once(server, "listening");
  const refused = vi.fn();
  answerRefused(server, () => [], refused);
  return { server, port: (server.address() as AddressInfo).port, refused, [Symbol.dispose]: () => void server.close() };
}

it("headers that do not arrive in time are refused with 408, and counted", async () => {
  using server = await refusing({ headersTimeout: 50, connectionsCheckingInterval: 10 });
  const answer = await sendBytes(`http://127.0.0.1:${server.port}`, "GET / HTTP/1.1\r\nHost: a\r\n");
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\nContent-Type: application\/problem\+json\r\n/);
  expect(JSON.parse(body)).toMatchObject({ code: "HEADERS_TIMEOUT", status: 408, type: "/problems/HEADERS_TIMEOUT" });
  expect(server.refused).toHaveBeenCalledOnce();
});

it("says of a client that leaves in the middle of its request that it left", async () => {
  using server = await refusing();
  connect(server.port, "127.0.0.1").end("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");
  await expect.poll(() => server.refused.mock.calls.length).toBe(1);
  expect(server.refused).toHaveBeenCalledWith(
    expect.objectContaining({ message: "The client closed the connection before the end of its request." }),
  );
});

it.each([
  ["is not HTTP", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"],
  ["has a method that is not known", "MADEUP / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"],
  ["expects what cannot be", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999\r\nExpect: more\r\n\r\n"],
])("a client that goes on with a request that %s is not cut off", async (_name, head) => {
  using server = await refusing();
  // The connection is closed after a second, which a slow machine may need for the rest.
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const accepted = once(server.server, "connection");
  const client = connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true }).setNoDelay();
  const answer = once(client, "data");
  client.write(head);
  const [connection] = (await accepted) as [Socket];
  expect(String((await answer)[0])).toMatch(/^HTTP\/1\.1 [45]\d\d /);
  client.write("the rest");
  await expect.poll(() => connection.bytesRead).toBe(head.length + "the rest".length);
  expect(connection.destroyed).toBe(false);
  client.destroy();
});
