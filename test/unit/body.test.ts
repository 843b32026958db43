import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
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
