import { describe, expect, it } from "vitest";
import { encodeFrame, type Frame, FrameReader } from "../../lib/transport/packet-frames.ts";
import { Random } from "../support/random.ts";

const frames: Frame[] = [
  { type: "DISCOVER", target: "", data: Buffer.alloc(0) },
  { type: "REQ", target: "host.name-0a1b2c3d", data: Buffer.from("a call") },
  { type: "RES", target: "größe-1", data: Buffer.alloc(300_000, 7) },
  { type: "EVENT", target: "", data: Buffer.from([0]) },
];
const stream = Buffer.concat(frames.flatMap((frame) => [...encodeFrame(frame)]));

describe("frames of packets", () => {
  it("are read from one chunk", () => {
    expect(new FrameReader().push(stream)).toEqual(frames);
  });

  it("are read from chunks of any sizes", () => {
    const random = new Random(1);
    for (let round = 0; round < 50; round++) {
      const reader = new FrameReader();
      const read: Frame[] = [];
      const longest = round % 2 === 0 ? 40 : 100_000;
      for (let offset = 0; offset < stream.length; ) {
        const end = offset + random.integer(1, longest);
        read.push(...reader.push(stream.subarray(offset, end)));
        offset = end;
      }
      expect(read).toEqual(frames);
    }
  });

  it("that cannot be are refused", () => {
    expect(() => new FrameReader().push(Buffer.alloc(16, 0xff))).toThrow(RangeError);
    // A name longer than the frame.
    expect(() => new FrameReader().push(Buffer.from([0, 0, 0, 4, 0, 9, 65, 66]))).toThrow(RangeError);
  });
});
