import { PassThrough } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ClientGone } from "../../lib/http/upload/arriving-body.ts";
import { chunksOf } from "../../lib/http/upload/body.ts";

describe("the chunks of a body", () => {
  it("are not kept once they are taken", async () => {
    const request = Object.assign(new PassThrough(), { headers: {}, setTimeout: () => {}, complete: true });
    const taken: WeakRef<Buffer>[] = [];
    const chunks = chunksOf(request as never, { maxRequestBytes: 1e9, uploadIdleTimeoutMs: 10_000 });
    for (let n = 0; n < 20; n++) {
      request.write(Buffer.alloc(100_000));
      const { value } = await chunks.next();
      taken.push(new WeakRef(value as Buffer));
    }
    const { gc } = globalThis as { gc?: () => void };
    await expect
      .poll(() => {
        gc?.();
        return taken.slice(0, 18).filter((chunk) => chunk.deref() !== undefined).length;
      })
      .toBe(0);
    // The body is not over: what it keeps, it would keep until then.
    request.end();
    expect(await chunks.next()).toMatchObject({ done: true });
  });
});

describe("a compressed body", () => {
  const MiB = 2 ** 20;
  const bomb = gzipSync(Buffer.alloc(64 * MiB));

  function bombRequest() {
    const headers = { "content-encoding": "gzip" };
    const socket = { readable: true };
    const request = Object.assign(new PassThrough(), { headers, socket, complete: true });
    request.end(bomb);
    return { request: request as never, socket };
  }

  it("is decoded no further than the largest image when its client has gone", async () => {
    const { request, socket } = bombRequest();
    socket.readable = false;
    let bytes = 0;
    const read = async () => {
      const limits = { maxRequestBytes: 1e9, maxImageBytes: 8 * MiB, uploadIdleTimeoutMs: 10_000 };
      for await (const chunk of chunksOf(request, limits)) bytes += chunk.length;
    };
    await expect(read()).rejects.toThrow(ClientGone);
    expect(bytes).toBeGreaterThan(8 * MiB);
    expect(bytes).toBeLessThanOrEqual(9 * MiB);
  });

  it("is decoded to the largest image and a hundred times its size", async () => {
    const limits = { maxRequestBytes: 1e9, maxImageBytes: 8 * MiB, uploadIdleTimeoutMs: 10_000 };
    let bytes = 0;
    const read = async () => {
      for await (const chunk of chunksOf(bombRequest().request, limits)) bytes += chunk.length;
    };
    await expect(read()).rejects.toMatchObject({ type: "REQUEST_TOO_LARGE" });
    expect(bytes).toBeGreaterThan(8 * MiB);
    expect(bytes).toBeLessThanOrEqual(9 * MiB + 100 * bomb.length);
  });
});
