/** The memory of one call of gRPC, whose stream stands still for lack of room, or is read slowly. */
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
  // Of two calls, each occupies 64 KiB.
  vi.stubEnv("MAX_UPLOAD_BYTES_IN_FLIGHT", "200000");
  vi.resetModules();
  const { MessageAccount } = await import("../../lib/grpc/message-account.ts");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const release = new MessageAccount(callOver(new PassThrough()), "192.0.2.1", () => {}).hand(100_000);
  const stream = new PassThrough();
  const account = new MessageAccount(callOver(stream), "192.0.2.1", () => {});
  stream.emit("data", Buffer.from([0, 0, 0, 0, 100, 1, 2, 3]));
  expect(stream.isPaused()).toBe(true);

  account.close(() => {});
  const timers = vi.getTimerCount();
  release();
  await new Promise(setImmediate);
  expect(stream.isPaused()).toBe(true);
  expect(vi.getTimerCount()).toBe(timers);
});

it("has its answer sent for as long as the client reads it, and is closed when it is", async () => {
  const { MessageAccount } = await import("../../lib/grpc/message-account.ts");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const stream = new PassThrough();
  const account = new MessageAccount(callOver(stream), "192.0.2.1", () => {});
  stream.pause();
  // More than a stream takes before it is read.
  for (let n = 0; n < 10; n++) stream.write(Buffer.alloc(100_000));
  stream.end();

  const onSent = vi.fn();
  account.close(onSent);
  vi.advanceTimersByTime(3_600_000);
  expect(stream.destroyed).toBe(false);
  expect(onSent).not.toHaveBeenCalled();
  const sent = new Promise((resolve) => stream.once("finish", resolve));
  stream.resume();
  await sent;
  vi.advanceTimersByTime(1_000);
  expect(stream.destroyed).toBe(true);
  await vi.waitFor(() => expect(onSent).toHaveBeenCalledOnce());
});

it.each([
  ["nothing of small answers", 30_000, 60_000],
  ["less than 10 kB a second of large ones", 150_000, 180_000],
])("is closed if its client reads %s", async (_, bytes, closedMs) => {
  const { MessageAccount } = await import("../../lib/grpc/message-account.ts");
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const stream = new PassThrough();
  new MessageAccount(callOver(stream), "192.0.2.1", () => {});
  stream.pause();
  vi.advanceTimersByTime(3_600_000);
  for (let n = 0; n < 10; n++) stream.write(Buffer.alloc(bytes));
  vi.advanceTimersByTime(closedMs - 30_000);
  expect(stream.destroyed).toBe(false);
  vi.advanceTimersByTime(30_000);
  expect(stream.destroyed).toBe(true);
});
