/** The memory of one call of gRPC, whose stream stands still for lack of room. */
import { PassThrough } from "node:stream";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import { afterEach, expect, it, vi } from "vitest";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

function callOver(stream: PassThrough): ServerDuplexStream<unknown, object> {
  return { call: { stream, sendStatus: () => {} } } as unknown as ServerDuplexStream<unknown, object>;
}

it("does not go on when there is room after the call has ended", async () => {
  vi.stubEnv("MAX_UPLOAD_BYTES_IN_FLIGHT", "1000");
  vi.resetModules();
  const { MessageAccount } = await import("../../lib/grpc/message-account.ts");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const release = new MessageAccount(callOver(new PassThrough()), () => {}).hand(1000);
  const stream = new PassThrough();
  const account = new MessageAccount(callOver(stream), () => {});
  stream.emit("data", Buffer.from([0, 0, 0, 0, 100, 1, 2, 3]));
  expect(stream.isPaused()).toBe(true);

  account.close();
  const timers = vi.getTimerCount();
  release();
  await new Promise(setImmediate);
  expect(stream.isPaused()).toBe(true);
  expect(vi.getTimerCount()).toBe(timers);
});
