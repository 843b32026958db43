import { describe, expect, it } from "vitest";
import { checkHeader, formatOf, isCompleteJpeg } from "../../lib/vision/image-header.ts";
import { blackPng, sample } from "../support/pictures.ts";

const rocket = sample("rocket.jpg");

describe("the header of an image file", () => {
  it("tells the format", () => {
    expect(formatOf(rocket)).toBe("jpeg");
    expect(formatOf(sample("coffee.png"))).toBe("png");
    expect(formatOf(Buffer.from("RIFF....WEBP"))).toBe("webp");
    expect(formatOf(Buffer.from("II*\0"))).toBe("tiff");
    expect(formatOf(Buffer.from("RIFF....WAVE"))).toBeUndefined();
    expect(formatOf(Buffer.alloc(0))).toBeUndefined();
  });

  it("counts pixels before any is decoded", () => {
    expect(checkHeader(blackPng(100, 50), 5000)).toBe("png");
    expect(() => checkHeader(blackPng(100, 50), 4999)).toThrow(
      expect.objectContaining({ type: "TOO_MANY_PIXELS", data: { width: 100, height: 50, maxImagePixels: 4999 } }),
    );
  });

  it("finds a JPEG that was cut off anywhere", () => {
    expect(isCompleteJpeg(rocket)).toBe(true);
    expect(isCompleteJpeg(Buffer.concat([rocket, Buffer.from("trailing bytes")]))).toBe(true);
    for (let length = 0; length < rocket.length; length += 997)
      expect(isCompleteJpeg(rocket.subarray(0, length))).toBe(false);
  });

  it("is not misled by the end marker of a thumbnail", () => {
    const thumbnail = Buffer.from("\xff\xe1\x00\x06\xff\xd9\xff\xd9", "latin1");
    const cutOff = Buffer.concat([rocket.subarray(0, 2), thumbnail, rocket.subarray(2, -2)]);
    expect(isCompleteJpeg(cutOff)).toBe(false);
  });
});
