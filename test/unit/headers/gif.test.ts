import { describe, expect, it } from "vitest";
import { readHeader } from "../../../lib/vision/headers/image-header.ts";
import { failureOf, formatSample } from "../../support/header-samples.ts";

const uint16 = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, index * 2);
  return bytes;
};

const screen = (width: number, height: number, flags = 0) =>
  Buffer.concat([Buffer.from("GIF89a"), uint16(width, height), Buffer.from([flags, 0, 0])]);
const image = (x: number, y: number, width: number, height: number, codeBits = 2) =>
  Buffer.concat([Buffer.from([0x2c]), uint16(x, y, width, height), Buffer.from([0, codeBits, 1, 0, 0, 0x3b])]);
const comment = Buffer.from([0x21, 0xfe, 3, 0x2c, 0x2c, 0x2c, 1, 0x3b, 0]);

const read = (...parts: Buffer[]) => readHeader(Buffer.concat(parts));
const damaged = (...parts: Buffer[]) => failureOf(() => read(...parts))?.type === "UNDECODABLE_IMAGE";

describe("the header of a GIF", () => {
  it("is its logical screen, in both versions", () => {
    const file = formatSample("image.gif");
    const expected = { format: "gif", name: "GIF", width: 67, height: 45, orientation: 1 };
    expect(readHeader(file)).toEqual(expected);
    const older = Buffer.from(file);
    older.write("GIF87a");
    expect(readHeader(older)).toEqual(expected);
  });

  it("is found behind a colour table and extensions", () => {
    const table = Buffer.alloc(12, 0x2c);
    expect(read(screen(9, 8, 0x81), table, comment, comment, image(0, 0, 9, 8))).toMatchObject({ width: 9, height: 8 });
  });

  it("is enlarged where the first image is larger than the screen or reaches out of it", () => {
    expect(read(screen(0, 0), image(0, 0, 9, 8))).toMatchObject({ width: 9, height: 8 });
    expect(read(screen(9, 8), image(5, 0, 9, 3))).toMatchObject({ width: 14, height: 8 });
    expect(read(screen(9, 8), image(1, 1, 2, 2))).toMatchObject({ width: 9, height: 8 });
  });

  it("fails without an image, for an empty one and for what is no block", () => {
    expect(damaged(screen(9, 8), Buffer.from([0x3b]))).toBe(true);
    expect(damaged(screen(9, 8), comment)).toBe(true);
    expect(damaged(screen(9, 8), image(0, 0, 0, 8))).toBe(true);
    expect(damaged(screen(9, 8), Buffer.from([0x99]), image(0, 0, 9, 8))).toBe(true);
  });

  it("names what is not supported", () => {
    expect(read(screen(9, 8), image(0, 0, 9, 8, 8))).toMatchObject({ width: 9, height: 8 });
    const localTable = Buffer.concat([Buffer.from([0x2c]), uint16(0, 0, 9, 8), Buffer.from([0x80]), Buffer.alloc(6)]);
    expect(read(screen(9, 8), localTable, Buffer.from([8, 0]))).toMatchObject({ width: 9, height: 8 });
    for (const parts of [[image(0, 0, 9, 8, 11)], [localTable, Buffer.from([11, 0])]])
      expect(failureOf(() => read(screen(9, 8), ...parts))).toEqual({
        type: "UNSUPPORTED_MEDIA_TYPE",
        message: expect.stringContaining("a GIF with codes of 11 bits"),
      });
  });
});
