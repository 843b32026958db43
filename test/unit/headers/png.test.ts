import { crc32, deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readHeader } from "../../../lib/vision/headers/image-header.ts";
import { encoded, exifBlock, failureOf, HEIGHT, WIDTH } from "../../support/header-samples.ts";

const file = encoded(".png");
const HEADER_END = 8 + 25;

function chunk(type: string, data: Buffer): Buffer<ArrayBuffer> {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function withHeader(change: (header: Buffer) => void): Buffer {
  const header = Buffer.from(file.subarray(16, 29));
  change(header);
  return Buffer.concat([file.subarray(0, 8), chunk("IHDR", header), file.subarray(HEADER_END)]);
}

const orientationWith = (...chunks: Buffer[]) =>
  readHeader(Buffer.concat([file.subarray(0, HEADER_END), ...chunks, file.subarray(HEADER_END)])).orientation;

describe("the header of a PNG", () => {
  it("is read", () => {
    expect(readHeader(file)).toEqual({ format: "png", name: "PNG", width: WIDTH, height: HEIGHT, orientation: 1 });
  });

  it("fails for sizes, bit depths and methods that there are not", () => {
    const type = (damagedFile: Buffer) => failureOf(() => readHeader(damagedFile))?.type;
    expect(type(withHeader((header) => header.writeUInt32BE(0, 0)))).toBe("UNDECODABLE_IMAGE");
    for (const at of [0, 4])
      expect(type(withHeader((header) => header.writeUInt32BE(2 ** 31, at)))).toBe("UNDECODABLE_IMAGE");
    expect(type(withHeader((header) => header.writeUInt8(3, 8)))).toBe("UNDECODABLE_IMAGE");
    expect(type(withHeader((header) => header.writeUInt8(1, 9)))).toBe("UNDECODABLE_IMAGE");
    for (const at of [10, 11, 12])
      expect(type(withHeader((header) => header.writeUInt8(2, at)))).toBe("UNDECODABLE_IMAGE");
    const long = chunk("IHDR", Buffer.concat([file.subarray(16, 29), Buffer.alloc(1)]));
    expect(type(Buffer.concat([file.subarray(0, 8), long, file.subarray(HEADER_END)]))).toBe("UNDECODABLE_IMAGE");
    expect(type(Buffer.concat([file.subarray(0, 8), file.subarray(HEADER_END)]))).toBe("UNDECODABLE_IMAGE");
  });

  // A pCAL or sCAL chunk has libpng allocate its length: 57 bytes took 1 GiB.
  it.each(["pCAL", "sCAL", "tEXt", "IDAT"])("fails where a %s chunk is longer than the file", (type) => {
    for (const length of [file.length, 0x3fffffff, 0xffffffff]) {
      const long = chunk(type, Buffer.alloc(4));
      long.writeUInt32BE(length, 0);
      const damagedFile = Buffer.concat([file.subarray(0, HEADER_END), long, file.subarray(HEADER_END)]);
      const { type: code, message } = failureOf(() => readHeader(damagedFile)) ?? {};
      expect([code, message]).toEqual(["UNDECODABLE_IMAGE", expect.stringContaining("cut off")]);
    }
  });

  it("fails without an end", () => {
    for (const bytes of [1, 4, 12, 20])
      expect(failureOf(() => readHeader(file.subarray(0, -bytes)))?.message).toContain("cut off");
  });

  it("names Apple's own form", () => {
    const apple = Buffer.concat([file.subarray(0, 8), chunk("CgBI", Buffer.alloc(4)), file.subarray(8)]);
    const { type, message } = failureOf(() => readHeader(apple)) ?? {};
    expect(type).toBe("UNSUPPORTED_MEDIA_TYPE");
    expect(message).toContain("CgBI");
  });
});

describe("the Exif orientation of a PNG", () => {
  it("is read before and after the image's data", () => {
    expect(orientationWith(chunk("eXIf", exifBlock(6)))).toBe(6);
    const end = file.subarray(-12);
    expect(readHeader(Buffer.concat([file.subarray(0, -12), chunk("eXIf", exifBlock(8)), end])).orientation).toBe(8);
  });

  it("is that of the first chunk", () => {
    expect(orientationWith(chunk("eXIf", exifBlock(6)), chunk("eXIf", exifBlock(3)))).toBe(6);
  });

  it("is none behind the end and in a damaged chunk", () => {
    expect(readHeader(Buffer.concat([file, chunk("eXIf", exifBlock(8))])).orientation).toBe(1);
    const damaged = chunk("eXIf", exifBlock(6));
    damaged.writeUInt32BE(0, damaged.length - 4);
    expect(orientationWith(damaged)).toBe(1);
  });
  const profile = (block: Buffer, name = "exif") =>
    Buffer.from(`\n${name}\n${String(block.length).padStart(8)}\n${block.toString("hex").replace(/.{72}/g, "$&\n")}\n`);
  const prefixed = (orientation: number) => Buffer.concat([Buffer.from("Exif\0\0"), exifBlock(orientation)]);
  const text = (type: string, head: string, content: Buffer, name = "exif") =>
    chunk(type, Buffer.concat([Buffer.from(`Raw profile type ${name}\0${head}`), content]));

  it.each([
    ["tEXt", "", profile(exifBlock(6)), "exif"],
    ["tEXt", "", profile(prefixed(6), "generic"), "APP1"],
    ["zTXt", "\0", deflateSync(profile(prefixed(6))), "exif"],
    ["iTXt", "\0\0en\0Profile\0", profile(prefixed(6)), "exif"],
    ["iTXt", "\x01\0\0\0", deflateSync(profile(prefixed(6))), "exif"],
  ])("is read in a %s, as ImageMagick writes it", (type, head, content, name) => {
    const inText = text(type, head, content, name);
    expect(orientationWith(inText)).toBe(6);
    expect(readHeader(Buffer.concat([file.subarray(0, -12), inText, file.subarray(-12)])).orientation).toBe(6);
    expect(orientationWith(inText, chunk("eXIf", exifBlock(8)))).toBe(8);
    const damaged = Buffer.from(inText);
    damaged.writeUInt32BE(0, damaged.length - 4);
    expect(orientationWith(damaged)).toBe(1);
  });

  it("is none in a text that is no Exif block, or larger than one can be", () => {
    expect(orientationWith(chunk("tEXt", Buffer.concat([Buffer.from("Comment\0"), profile(exifBlock(6))])))).toBe(1);
    for (const content of [Buffer.from("x"), profile(Buffer.from("<x:xmpmeta>")), Buffer.alloc(2 ** 18, "\n")])
      expect(orientationWith(text("tEXt", "", content))).toBe(1);
    const large = profile(Buffer.concat([exifBlock(6), Buffer.alloc(2 ** 20)]));
    expect(orientationWith(text("tEXt", "", large))).toBe(1);
    expect(orientationWith(text("zTXt", "\0", deflateSync(large)))).toBe(1);
    expect(orientationWith(text("zTXt", "\0", Buffer.from("no data")))).toBe(1);
  });
});
