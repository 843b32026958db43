import { afterEach, expect, it } from "vitest";
import type { CallSettings } from "../../lib/grpc/call.ts";
import { GrpcServer } from "../../lib/grpc/server.ts";
import { GrpcClient } from "../support/grpc-client.ts";
import { freePort } from "../support/service.ts";

let client: GrpcClient | undefined;
afterEach(() => client?.close());

it("waits with closing for the calls in flight", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<{ headers: object; body: Buffer }>();
  const send = () => {
    asked.resolve();
    return answer.promise;
  };
  const gateway = { draining: new AbortController() };
  const settings = { client: { send }, gateway } as unknown as CallSettings;
  const port = await freePort();
  const server = await GrpcServer.listen({
    ...settings,
    host: "127.0.0.1",
    port,
    isShared: false,
    maxMessageBytes: 1_000,
  });
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
