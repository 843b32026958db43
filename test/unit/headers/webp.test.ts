import { describe, expect, it } from "vitest";
import { decodeImage } from "../../../lib/vision/decode.ts";
import { readHeader } from "../../../lib/vision/headers/image-header.ts";
import { firstFrame } from "../../../lib/vision/headers/webp.ts";
import { memoryNeed } from "../../../lib/vision/memory-need.ts";
import { exifBlock, failureOf, formatSample, riff, webpChunk } from "../../support/header-samples.ts";
import { sample } from "../../support/images.ts";
import { cv } from "../../support/opencv.ts";
import { lossless, squareOfGroups } from "../../support/vp8l-file.ts";

const lossy = formatSample("lossy.webp");
const image = lossy.subarray(12);
const [WIDTH, HEIGHT] = [67, 45];
const ANIMATED = 0x02;

function extended(width: number, height: number, flags = 0): Buffer {
  const header = Buffer.alloc(10);
  header[0] = flags;
  header.writeUIntLE(width - 1, 4, 3);
  header.writeUIntLE(height - 1, 7, 3);
  return webpChunk("VP8X", header);
}

/** A frame of an animation; its corner lies at even coordinates. */
function frame(x: number, y: number, width: number, height: number, ...chunks: Buffer[]): Buffer {
  const header = Buffer.alloc(16);
  for (const [index, value] of [x / 2, y / 2, width - 1, height - 1].entries()) header.writeUIntLE(value, index * 3, 3);
  return webpChunk("ANMF", Buffer.concat([header, ...chunks]));
}

const animation = webpChunk("ANIM", Buffer.alloc(6));
const damaged = (file: Buffer) => failureOf(() => readHeader(file))?.type === "UNDECODABLE_IMAGE";

describe("the header of a WebP", () => {
  it("is read in the lossy, lossless and extended form", () => {
    const expected = { format: "webp", name: "WebP", width: WIDTH, height: HEIGHT, orientation: 1, extraBytes: 0 };
    expect(readHeader(lossy)).toEqual(expected);
    expect(readHeader(riff(extended(WIDTH, HEIGHT), image))).toEqual(expected);
    const encoded = cv.imencode(".webp", cv.imdecode(lossy), [cv.IMWRITE_WEBP_QUALITY, 101]);
    expect(encoded.toString("latin1", 12, 16)).toBe("VP8L");
    expect(readHeader(encoded)).toMatchObject({ format: "webp", width: WIDTH, height: HEIGHT, orientation: 1 });
  });

  it("fails where its headers disagree on the size, as libwebp does", () => {
    expect(damaged(riff(extended(WIDTH + 1, HEIGHT), image))).toBe(true);
    expect(damaged(riff(extended(2 ** 24, 2 ** 24), image))).toBe(true);
    expect(damaged(riff(extended(WIDTH, HEIGHT, ANIMATED), animation, frame(0, 0, WIDTH, HEIGHT + 1, image)))).toBe(
      true,
    );
  });

  it("fails where the file ends before its length, an image is missing or begins wrongly", () => {
    for (let length = 12; length < lossy.length; length++) expect(damaged(lossy.subarray(0, length))).toBe(true);
    expect(damaged(riff(extended(WIDTH, HEIGHT)))).toBe(true);
    expect(damaged(riff(extended(WIDTH, HEIGHT, ANIMATED), animation))).toBe(true);
    expect(damaged(riff(webpChunk("ICCP", Buffer.alloc(4)), image))).toBe(true);
    // Neither an interframe nor a hidden one is an image.
    for (const change of [0x01, 0x10]) {
      const changed = Buffer.from(lossy);
      changed[20] = (changed[20] as number) ^ change;
      expect(damaged(changed)).toBe(true);
    }
  });

  it("has the orientation of its EXIF chunk, wherever that stands", () => {
    const exif = webpChunk("EXIF", exifBlock(6));
    const prefixed = webpChunk("EXIF", Buffer.concat([Buffer.from("Exif\0\0", "latin1"), exifBlock(6)]));
    expect(readHeader(riff(extended(WIDTH, HEIGHT, 8), image, exif)).orientation).toBe(6);
    expect(readHeader(riff(extended(WIDTH, HEIGHT, 8), exif, image)).orientation).toBe(6);
    expect(readHeader(riff(extended(WIDTH, HEIGHT, 8), image, prefixed)).orientation).toBe(6);
    expect(readHeader(riff(extended(WIDTH, HEIGHT), image, exif)).orientation, "no flag").toBe(1);
    const cut = webpChunk("EXIF", exifBlock(6).subarray(0, 15));
    expect(readHeader(riff(extended(WIDTH, HEIGHT, 8), image, cut)).orientation).toBe(1);
  });
});

describe("the first frame of an animated WebP", () => {
  it("is a still file that OpenCV decodes, and lies somewhere on the canvas", () => {
    const other = frame(0, 0, WIDTH, HEIGHT, image);
    const file = riff(extended(100, 80, ANIMATED), animation, frame(10, 20, WIDTH, HEIGHT, image), other);
    expect(readHeader(file)).toMatchObject({ width: 100, height: 80 });
    const { file: still, ...place } = firstFrame(file) ?? {};
    expect(place).toEqual({ x: 10, y: 20, width: WIDTH, height: HEIGHT, canvasWidth: 100, canvasHeight: 80 });
    const [decoded, expected] = [still as Buffer, lossy].map((bytes) => cv.imdecode(bytes));
    expect(decoded?.getDataAsArray()).toEqual(expected?.getDataAsArray());
  });

  it("keeps its alpha", () => {
    // Half of the image is transparent: the encoder left most of that half out.
    const { file: still, x } = firstFrame(formatSample("animated-alpha.webp")) ?? {};
    const decoded = cv.imdecode(still as Buffer, cv.IMREAD_UNCHANGED);
    expect([x, decoded.cols, decoded.rows, decoded.channels]).toEqual([32, 35, HEIGHT, 4]);
    expect([decoded.at(20, 0), decoded.at(20, 5)]).toMatchObject([{ z: 0 }, { z: 255 }]);
  });

  it("is undefined of a still file", () => {
    expect(firstFrame(lossy)).toBeUndefined();
    expect(firstFrame(riff(extended(WIDTH, HEIGHT), image))).toBeUndefined();
  });

  it("has to lie inside the canvas", () => {
    expect(damaged(riff(extended(WIDTH, HEIGHT, ANIMATED), animation, frame(2, 0, WIDTH, HEIGHT, image)))).toBe(true);
  });
});

describe("the groups of prefix codes of a lossless WebP", () => {
  const SIDE = 404;
  const [FEW, MANY, TOO_MANY] = [1000, 5000, 10_001];
  const BYTES_PER_GROUP = 12_416;
  const still = (bitstream: Buffer) => riff(webpChunk("VP8L", lossless(SIDE, bitstream)));
  const square = cv.imencode(".webp", new cv.Mat(SIDE, SIDE, cv.CV_8UC3, [0, 0, 0]), [cv.IMWRITE_WEBP_QUALITY, 50]);
  /** A lossy image with a lossless alpha channel. */
  const withAlpha = (bitstream: Buffer) =>
    riff(
      extended(SIDE, SIDE, 0x10),
      webpChunk("ALPH", Buffer.concat([Buffer.from([1]), bitstream])),
      square.subarray(12),
    );
  const animated = (bitstream: Buffer) =>
    riff(
      extended(SIDE, SIDE, ANIMATED),
      animation,
      frame(0, 0, SIDE, SIDE, webpChunk("VP8L", lossless(SIDE, bitstream))),
    );
  const kinds = { image: still, "alpha channel": withAlpha, "first frame": animated };

  it.each(Object.entries(kinds))("are counted in its memory where they are many in its %s", (_kind, file) => {
    const many = file(squareOfGroups(SIDE, MANY));
    expect(readHeader(many).extraBytes).toBe(MANY * BYTES_PER_GROUP);
    expect(memoryNeed(readHeader(many), false)).toBeGreaterThan(MANY * BYTES_PER_GROUP);
    const few = file(squareOfGroups(SIDE, FEW));
    expect(readHeader(few).extraBytes).toBe(FEW * BYTES_PER_GROUP);
    expect(memoryNeed(readHeader(few), false)).toBe(0);
    const { cols, rows } = decodeImage(cv, many, readHeader(many), "color");
    expect([cols, rows]).toEqual([SIDE, SIDE]);
  });

  it.each(Object.entries(kinds))("are refused where they are too many in its %s", (_kind, file) => {
    const refusal = failureOf(() => readHeader(file(squareOfGroups(SIDE, TOO_MANY))));
    expect(refusal?.type).toBe("IMAGE_TOO_COMPLEX");
    expect(refusal?.message).toBe("The WebP has 10001 groups of prefix codes; at most 10000 are allowed.");
  });

  it("are those that some block has, with a larger table where there is a cache of colours", () => {
    const sparse = still(squareOfGroups(SIDE, MANY, { isSparse: true }));
    expect(readHeader(sparse).extraBytes).toBe(MANY * BYTES_PER_GROUP);
    const cached = still(squareOfGroups(SIDE, MANY, { cacheBits: 11 }));
    expect(readHeader(cached).extraBytes).toBe(MANY * (BYTES_PER_GROUP + 2050 * 4));
  });

  it("are found behind the transforms that encoders write, also in pictures of few colours", () => {
    for (const name of ["astronaut.png", "coffee.png"]) {
      const picture = cv.imdecode(sample(name), cv.IMREAD_COLOR);
      const grey = picture.cvtColor(cv.COLOR_BGR2GRAY);
      for (const image of [picture, grey, grey.threshold(99, 255, cv.THRESH_BINARY), picture.resize(3, 2)]) {
        const file = cv.imencode(".webp", image, [cv.IMWRITE_WEBP_QUALITY, 101]);
        const { extraBytes } = readHeader(file);
        expect(extraBytes).toBeGreaterThan(12_000);
        expect(extraBytes).toBeLessThan(3_000_000);
      }
    }
  });

  it("stand in an image that has a limit, and beside a cache that has one, before anything is decoded", () => {
    const refusalOf = (side: number, ...start: number[]) =>
      failureOf(() => readHeader(riff(webpChunk("VP8L", lossless(side, Buffer.from(start))))))?.type;
    // Several groups, for blocks of 4 × 4; the rest is missing.
    expect([4096, 4097].map((side) => refusalOf(side, 0b100))).toEqual(["UNDECODABLE_IMAGE", "IMAGE_TOO_COMPLEX"]);
    // One group, and a cache of 0, 1, 11 and 12 bits.
    const caches = [0b0000_10, 0b0001_10, 0b1011_10, 0b1100_10].map((start) => refusalOf(SIDE, start));
    expect(caches).toEqual(["UNDECODABLE_IMAGE", undefined, undefined, "UNDECODABLE_IMAGE"]);
  });

  it("make the file a damaged one where their bitstream is cut off or its codes are impossible", () => {
    const bitstream = squareOfGroups(SIDE, MANY);
    expect(damaged(still(bitstream.subarray(0, 500)))).toBe(true);
    const changed = Buffer.from(bitstream);
    changed.fill(0x55, 2, 20);
    expect(damaged(still(changed))).toBe(true);
  });
});
