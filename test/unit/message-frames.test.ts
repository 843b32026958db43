import { expect, it } from "vitest";
import { MessageFrames } from "../../lib/grpc/message-frames.ts";

function frame(bytes: number, flag = 0): Buffer {
  const prefix = Buffer.from([flag, 0, 0, 0, 0]);
  prefix.writeUInt32BE(bytes, 1);
  // Contents that would be another prefix.
  return Buffer.concat([prefix, Buffer.alloc(bytes, 1)]);
}

const messages = [frame(3), frame(0), frame(300), frame(1)];
const ends = messages.map((_, index) => Buffer.concat(messages.slice(0, index + 1)).length);

it.each([1, 2, 4, 5, 6, 7, 1000])("knows where messages end that arrive in chunks of %i bytes", (size) => {
  const frames = new MessageFrames();
  const all = Buffer.concat(messages);
  const within: boolean[] = [];
  const expected: boolean[] = [];
  for (let at = 0; at < all.length; at += size) {
    frames.take(all.subarray(at, at + size));
    within.push(frames.isWithin);
    expected.push(!ends.includes(Math.min(at + size, all.length)));
  }
  expect(within).toEqual(expected);
  expect(frames.isCompressed).toBe(false);
});

it("knows of a compressed message from its first byte", () => {
  const frames = new MessageFrames();
  frames.take(frame(3));
  frames.take(frame(10, 1).subarray(0, 1));
  expect(frames).toMatchObject({ isCompressed: true, isWithin: true });
});
