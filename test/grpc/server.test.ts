import { once } from "node:events";
import { type ServiceError, status } from "@grpc/grpc-js";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { CallSettings } from "../../lib/grpc/call.ts";
import { GrpcServer } from "../../lib/grpc/server.ts";
import { ClientConnections } from "../../lib/limits/client-connections.ts";
import { failureOf, GrpcClient } from "../support/grpc-client.ts";
import type { Json } from "../support/job-client.ts";
import { freePort } from "../support/service.ts";

let client: GrpcClient | undefined;
let port: number;
beforeEach(async () => {
  port = await freePort();
});
afterEach(() => client?.close());

function start(settings: object): Promise<GrpcServer> {
  const connections = new ClientConnections(100, "MAX_CONNECTIONS", { warn: () => {} });
  const own = { host: "127.0.0.1", port, isShared: false, maxMessageBytes: 1_000_000, connections };
  return GrpcServer.listen({ ...(settings as CallSettings), ...own });
}

it("waits with closing for the calls in flight", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<{ headers: object; body: Buffer }>();
  const send = () => {
    asked.resolve();
    return answer.promise;
  };
  const server = await start({ client: { send }, gateway: { draining: new AbortController() } });
  client = new GrpcClient(port);
  const live = client.call("ServerLive");
  await asked.promise;

  const closing = server.close();
  // A round to the client and back: what closing does at once is done.
  await new Promise(setImmediate);
  answer.resolve({ headers: {}, body: Buffer.from('{"live": true}') });
  expect(await live).toEqual({ live: true });
  await closing;
});

/** A stream to a new server, with one message that is not answered until `respond`. */
async function streamInWork() {
  const draining = new AbortController();
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<object>();
  const live = { headers: {}, body: Buffer.from('{"live": true}') };
  const send = ({ method }: { readonly method: string }) => {
    if (method === "GET") return live;
    asked.resolve();
    return answer.promise;
  };
  const server = await start({ client: { send }, gateway: { draining } });
  const caller = new GrpcClient(port);
  client = caller;
  const stream = caller.stream();
  const answers: Json[] = [];
  stream.on("data", (message) => answers.push(message));
  stream.write({ model_name: "m", id: "0" });
  await asked.promise;
  const body = Buffer.from('{"model_name": "m", "id": "0", "outputs": []}');
  const respond = () => answer.resolve({ headers: { "inference-header-content-length": String(body.length) }, body });
  return { server, caller, stream, answers, draining, respond };
}

it("ends a stream with its status, also while the last answer is being written", async () => {
  const { server, stream, answers, draining, respond } = await streamInWork();
  const ended = once(stream, "error");
  respond();
  draining.abort();
  const [error] = (await ended) as [ServiceError];
  expect(failureOf(error)).toMatchObject({ status: status.UNAVAILABLE, code: "SHUTTING_DOWN" });
  expect(answers).toMatchObject([{ error_message: "", infer_response: { id: "0" } }]);
  await server.close();
});

it("ends a stream without an error if all of its messages are answered while the server drains", async () => {
  const { server, caller, stream, answers, draining, respond } = await streamInWork();
  const ended = once(stream, "status");
  stream.end();
  // On the same connection: the server has got the end of the stream before.
  await caller.call("ServerLive");

  draining.abort();
  respond();
  const [{ code }] = await ended;
  expect(answers).toMatchObject([{ error_message: "", infer_response: { id: "0" } }]);
  expect(code).toBe(status.OK);
  await server.close();
});

it.each<[string, object]>([
  ["values of another datatype", { contents: { int_contents: [1] } }],
  ["a parameter without a value", { parameters: { ["p".repeat(100_000)]: {} } }],
])("says what is wrong with an input that has a long name, and %s", async (_, input) => {
  const server = await start({ client: {}, gateway: { draining: new AbortController() } });
  client = new GrpcClient(port);
  const inputs = [{ name: "n".repeat(100_000), datatype: "FP32", shape: [1], ...input }];
  const { status: code, details } = await client.failureOf("ModelInfer", { model_name: "m", inputs });
  expect(code).toBe(status.INVALID_ARGUMENT);
  expect(details.length).toBeLessThan(300);
  await server.close();
});
