import { describe, expect, it } from "vitest";
import {
  checkHeader,
  displayedSize,
  formatOf,
  mediaTypeOf,
  readHeader,
} from "../../../lib/vision/headers/image-header.ts";
import { failureOf, samples, tiff } from "../../support/header-samples.ts";
import { blackPng, sample } from "../../support/images.ts";

describe("the header of an image file", () => {
  it("tells the format", () => {
    expect(formatOf(sample("rocket.jpg"))).toBe("jpeg");
    expect(formatOf(sample("coffee.png"))).toBe("png");
    expect(formatOf(Buffer.from("RIFF....WEBP"))).toBe("webp");
    expect(formatOf(Buffer.from("MM\0+"))).toBe("tiff");
    expect(formatOf(Buffer.from("RIFF....WAVE"))).toBeUndefined();
    expect(formatOf(Buffer.alloc(0))).toBeUndefined();
    expect(mediaTypeOf(sample("rocket.jpg"))).toBe("image/jpeg");
    expect(mediaTypeOf(Buffer.from("<html>"))).toBeUndefined();
  });

  for (const [name, { file, width, height }] of Object.entries(samples))
    it(`is read: ${name}`, () => expect(readHeader(file)).toMatchObject({ width, height, orientation: 1 }));

  it("counts pixels before any is decoded", () => {
    expect(checkHeader(blackPng(100, 50), 5000)).toMatchObject({ format: "png", width: 100, height: 50 });
    expect(() => checkHeader(blackPng(100, 50), 4999)).toThrow(
      expect.objectContaining({ type: "TOO_MANY_PIXELS", data: { width: 100, height: 50, maxImagePixels: 4999 } }),
    );
  });

  it("bounds the sides by what the decoders accept", () => {
    const png = Buffer.from(blackPng(1, 1));
    png.writeUInt32BE(1_000_001, 16);
    const wide = tiff(
      [
        { tag: 256, type: 4, values: [2 ** 20 + 1] },
        { tag: 257, type: 3, values: [1] },
        { tag: 259, type: 3, values: [5] },
        { tag: 262, type: 3, values: [1] },
        { tag: 273, type: 4, values: [8] },
      ],
      Buffer.alloc(4),
    );
    for (const file of [png, wide]) expect(failureOf(() => checkHeader(file, 64e6))?.type).toBe("TOO_MANY_PIXELS");
  });

  it("turns the size for orientations that lie on their side", () => {
    const size = { width: 90, height: 50 };
    for (const orientation of [1, 2, 3, 4]) expect(displayedSize({ ...size, orientation })).toEqual(size);
    for (const orientation of [5, 6, 7, 8])
      expect(displayedSize({ ...size, orientation })).toEqual({ width: 50, height: 90 });
  });

  it("names files that are recognised and not supported", () => {
    const files: [string, string | Buffer][] = [
      ["a JPEG XL image", "\xff\x0a\x10\x10"],
      ["a JPEG XL image", "\0\0\0\x0cJXL \r\n\x87\n"],
      ["a JPEG 2000 image", "\0\0\0\x0cjP  \r\n\x87\n"],
      ["a Photoshop document", "8BPS\0\x01"],
      ["a Windows icon", "\0\0\x01\0\x01\0\x10\x10"],
      ["a Windows icon or cursor", "RIFF\xd4\x0c\0\0ACONLIST"],
      ["a PostScript document", "\xc5\xd0\xd3\xc6\x1e\0\0\0"],
      ["a PBM, PGM or PPM image", "P6#made by hand\n10 10 255\n"],
      ["an SGI image", "\x01\xda\x01\x01\0\x03\0\x80\0\x80\0\x03"],
      ["an X11 bitmap or pixmap", "/* XPM */\nstatic char *icon[] = {"],
      ["an X11 bitmap or pixmap", "#define hopper_width 128\n#define hopper_height 128\n"],
      ["an SVG image", '<?xml version="1.0"?>\n<!-- made by hand -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'],
      ["an SVG image", "  <svg>"],
      ["a PDF document", "%PDF-1.7"],
      ["a camera's raw file", "FUJIFILMCCD-RAW 0201"],
      ["a ZIP archive", "PK\x03\x04"],
      ["a ZIP archive", `PK\x05\x06${"\0".repeat(18)}`],
      ["a 7z archive", "7z\xbc\xaf\x27\x1c"],
      ["a RAR archive", "Rar!\x1a\x07\x01\0"],
      ["a tar archive", `${"a.jpg".padEnd(257, "\0")}ustar\x0000`],
      ["a bzip2 archive", "BZh91AY&SY"],
      ["a video", "FLV\x01\x05"],
      ["a video", "\0\0\x01\xb3\x14"],
      ["a video", `G${"\0".repeat(187)}`.repeat(3)],
      ["a video", "\0\0\0\x1cftypMSNV\0\0\0\0"],
      ["a PCX image", "\x0a\x05\x01\x08"],
      ["a web page", "<!DOCTYPE html><html>"],
      ["a web page", "\xef\xbb\xbf<html>"],
      ["a web page", "\n<!-- saved -->\n<html>"],
      ["a web page", "<head><title>Sign in</title>"],
      ["an XML document", '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
      [
        "a form (multipart/form-data) without its Content-Type",
        '--x\r\nContent-Disposition: form-data; name="images"; filename="a.jpg"\r\n\r\n',
      ],
      ["an image with other bytes before it", `\r\n${samples.jpeg?.file.toString("latin1")}`],
      ["an image with other bytes before it", `\xef\xbb\xbf${samples.png?.file.toString("latin1")}`],
      ["an image written as base64 text", samples.jpeg?.file.toString("base64") as string],
      ["an image written as base64 text", samples.webp?.file.toString("base64") as string],
      ["an image written as base64 text", `data:image/png;base64,${samples.png?.file.toString("base64")}`],
      ["an image whose bytes were changed", Buffer.from(samples.jpeg?.file.toString("utf8") as string)],
      ["an image whose bytes were changed", Buffer.from(samples.png?.file.toString("utf8") as string)],
      ["an image whose bytes were changed", samples.png?.file.toString("latin1").replaceAll("\r\n", "\n") as string],
    ];
    for (const [name, content] of files) {
      const { type, message } = failureOf(() => readHeader(Buffer.from(content as string, "latin1"))) ?? {};
      expect(type, name).toBe("UNSUPPORTED_MEDIA_TYPE");
      expect(message).toContain(`The file is ${name}`);
    }
    expect(failureOf(() => readHeader(Buffer.from("Dear diary")))?.message).toMatch(/is not a JPEG/);
    expect(failureOf(() => readHeader(Buffer.alloc(0)))?.type).toBe("EMPTY_IMAGE");
  });
});
