import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { ArrivingBody } from "../../lib/http/upload/arriving-body.ts";

const uploadIdleTimeoutMs = 10;

/** Keeps this process from anything else. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

it.each([{}, { minUploadBytesPerSecond: 0 }])(
  "the whole of the timeout is for the next bytes where there is no minimum rate, as %j",
  async (rate) => {
    const request = new PassThrough();
    const body = new ArrivingBody(request as never, { uploadIdleTimeoutMs, ...rate });
    const first = body.next();
    request.write("late");
    standStill(3 * uploadIdleTimeoutMs);
    expect(await first).toEqual({ done: false, value: Buffer.from("late") });
    await expect(body.next()).rejects.toThrow("Nothing arrived for 10 ms.");
  },
);
