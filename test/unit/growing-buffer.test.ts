import { expect, test } from "vitest";
import { GrowingBuffer } from "../../lib/http/upload/growing-buffer.ts";

test.each([0, 5, 100_000])(
  "chunks follow each other, and stay as they are, with an expected length of %i",
  (capacity) => {
    const chunks = [0, 1, 3, 0, 20_000, 40_000, 7].map((length, index) => Buffer.alloc(length, index + 1));
    // In one memory, as chunks of a form are: what is written behind one of them would change the next.
    const whole = Buffer.concat(chunks);
    const memory = Buffer.from(whole);
    const buffer = new GrowingBuffer(capacity);
    let at = 0;
    for (const { length } of chunks) {
      buffer.append(memory.subarray(at, at + length));
      at += length;
      expect(buffer.bytes.equals(whole.subarray(0, at))).toBe(true);
    }
    expect(memory.equals(whole)).toBe(true);
    expect(buffer.toBuffer().equals(whole)).toBe(true);

    buffer.clear();
    expect(buffer.length).toBe(0);
    buffer.append(Buffer.from("new"));
    expect(buffer.toBuffer().toString()).toBe("new");
  },
);

test("a copy is one of its own", () => {
  const chunk = Buffer.from("before");
  const buffer = new GrowingBuffer(0);
  buffer.append(chunk);
  const copy = buffer.toBuffer();
  chunk.fill("x");
  expect(copy.toString()).toBe("before");
});
