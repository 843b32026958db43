/** Requests to an HTTP server of the same process, without a port. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { expect, it } from "vitest";
import { toProblem } from "../../lib/contracts/problem.ts";
import { failure } from "../../lib/errors.ts";
import { GatewayClient, type Origin } from "../../lib/grpc/gateway-client.ts";

const origin = (signal = new AbortController().signal): Origin => ({
  headers: { host: "a.example", "x-api-key": "k" },
  address: "203.0.113.7",
  signal,
});

async function received(server: Server): Promise<[IncomingMessage, ServerResponse]> {
  return (await once(server, "request")) as [IncomingMessage, ServerResponse];
}

it("carries headers, a body of many pieces, and the client's address", async () => {
  const server = createServer();
  const pieces = Array.from({ length: 40 }, (_, index) => Buffer.alloc(100_000, index));
  const sent = new GatewayClient(server).send({ method: "POST", path: "/a?b", body: pieces }, origin());
  const [request, response] = await received(server);
  expect(request).toMatchObject({
    method: "POST",
    url: "/a?b",
    headers: { host: "a.example", "x-api-key": "k", "content-length": "4000000" },
  });
  expect(request.socket.remoteAddress).toBe("203.0.113.7");
  const body = await buffer(request);
  expect(body.equals(Buffer.concat(pieces))).toBe(true);
  response.setHeader("X-Size", body.length).end(body);
  const answer = await sent;
  expect(answer.headers["x-size"]).toBe("4000000");
  expect(answer.body.equals(body)).toBe(true);
});

it("throws the problem that is answered", async () => {
  const server = createServer();
  const sent = new GatewayClient(server).send({ method: "GET", path: "/" }, origin());
  const [, response] = await received(server);
  const problem = toProblem(failure("OVERLOADED", "Too much."));
  response.writeHead(503, { "Retry-After": 7 }).end(JSON.stringify(problem));
  await expect(sent).rejects.toMatchObject({
    type: "OVERLOADED",
    message: "Too much.",
    data: { retryAfterSeconds: 7 },
  });
});

it.each(["before the answer", "in the midst of the answer"])(
  "is closed for the server if it is aborted %s",
  async (when) => {
    const server = createServer();
    const abort = new AbortController();
    const sent = new GatewayClient(server).send({ method: "GET", path: "/" }, origin(abort.signal));
    const [, response] = await received(server);
    const closed = once(response, "close");
    if (when !== "before the answer") response.write("a");
    abort.abort();
    await expect(sent).rejects.toThrow();
    await closed;
    expect(response.writableFinished).toBe(false);
  },
);

it("fails if the server closes the connection", async () => {
  const server = createServer();
  const sent = new GatewayClient(server).send({ method: "GET", path: "/" }, origin());
  const [request] = await received(server);
  request.socket.destroy();
  await expect(sent).rejects.toThrow();
});
