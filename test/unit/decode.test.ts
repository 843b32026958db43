import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { decodeImage } from "../../lib/vision/decode.ts";
import { readHeader } from "../../lib/vision/headers/image-header.ts";
import { scoped } from "../../lib/vision/memory.ts";
import { encoded, failureOf, formatSample, riff, webpChunk } from "../support/header-samples.ts";
import { blackPng } from "../support/images.ts";
import { cv } from "../support/opencv.ts";
import { temporaryFolder } from "../support/service.ts";

/** A black pixel, in 16 bytes. */
const pixel = webpChunk("VP8L", Buffer.from([0x2f, 0, 0, 0, 0, 0x88, 0x88, 0x08]));
const header = webpChunk("VP8X", Buffer.from([0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
const frame = webpChunk("ANMF", Buffer.concat([Buffer.alloc(16), pixel]));

it.each([
  ["a WebP of 28 bytes", riff(pixel)],
  ["an animated WebP whose first frame has as few", riff(header, webpChunk("ANIM", Buffer.alloc(6)), frame)],
])("decodes %s", (_name, file) => {
  const image = decodeImage(cv, file, readHeader(file), "grey");
  expect([image.cols, image.rows, ...image.getData()]).toEqual([1, 1, 0]);
  image.release();
});

it("applies a rotation that a HEIF file lists before the size, as Sony's cameras do", () => {
  const pixelsOf = (file: Buffer) => {
    const image = decodeImage(cv, file, readHeader(file), "grey");
    const decoded = { width: image.cols, height: image.rows, pixels: image.getData() };
    image.release();
    return decoded;
  };
  const file = formatSample("rotated.avif");
  const ROTATION = 0x85;
  const associations = Buffer.from([5, 0x01, 0x02, 0x83, 0x04, ROTATION]);
  const rotatedFirst = Buffer.from(file);
  rotatedFirst.set([5, ROTATION, 0x01, 0x02, 0x83, 0x04], file.indexOf(associations));
  expect(pixelsOf(rotatedFirst)).toEqual(pixelsOf(file));
  expect(pixelsOf(file)).toMatchObject({ width: 45, height: 67 });
});

it.each([
  ["with a description of its colours", "colr"],
  ["without one", "free"],
])("gives a grey AVIF in limited range, %s, the grey values of its source", (_name, box) => {
  // Column x is 4 × x, in 8 rows; libaom, at its best quality.
  const file = Buffer.from(formatSample("grey-limited.avif"));
  file.write(box, file.indexOf("colr"), "latin1");
  for (const [form, channels] of [
    ["grey", 1],
    ["color", 3],
  ] as const) {
    const image = decodeImage(cv, file, readHeader(file), form);
    const differences = [...image.getData()].map((value, index) =>
      Math.abs(value - 4 * (Math.floor(index / channels) % 64)),
    );
    expect([image.cols, image.rows, Math.max(...differences) <= 2]).toEqual([64, 8, true]);
    image.release();
  }
});

it("refuses a GIF whose codes only clear their table", () => {
  const screen = Buffer.from([...Buffer.from("GIF89a"), 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
  const image = Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2]);
  /** The code 4, which clears, 680 times, as each has 3 bits: 255 bytes of them. */
  const clears = Buffer.from([255, ...Buffer.alloc(255, Buffer.from([0x24, 0x49, 0x92]))]);
  /** Clear, the colour 1, end. */
  const pixel = Buffer.from([2, 0b01_001_100, 0b1, 0, 0x3b]);
  const gif = (blocks: number) => Buffer.concat([screen, image, ...new Array<Buffer>(blocks).fill(clears), pixel]);
  const decoded = (file: Buffer) => {
    const decodedImage = decodeImage(cv, file, readHeader(file), "grey");
    const [level] = decodedImage.getData();
    decodedImage.release();
    return level;
  };
  expect(decoded(gif(0))).toBe(255);
  expect(decoded(gif(5882))).toBe(255); // 3,999,761 with the last
  expect(() => decoded(gif(5883))).toThrow("its table of codes is cleared more than 4000000 times");
});

it("refuses a GIF with a code that is not in its table", () => {
  const [CLEAR, END] = [4, 5];
  /** Three white pixels of the colour 1, as far as the codes are right. Each code has three bits. */
  const gif = (...codes: number[]) => {
    const data = Buffer.alloc(2);
    data.writeUInt16LE(codes.reduce((bits, code, index) => bits | (code << (3 * index)), 0));
    const screen = Buffer.from([...Buffer.from("GIF89a"), 3, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
    return Buffer.concat([screen, Buffer.from([0x2c, 0, 0, 0, 0, 3, 0, 1, 0, 0, 2, 2]), data, Buffer.from([0, 0x3b])]);
  };
  const decoded = (file: Buffer) => {
    const image = decodeImage(cv, file, readHeader(file), "grey");
    const pixels = [...image.getData()];
    image.release();
    return pixels;
  };
  // 6 is the first code that the table gets, and may stand where it gets it.
  expect(decoded(gif(CLEAR, 1, 6, END))).toEqual([255, 255, 255]);
  expect(() => decoded(gif(CLEAR, 1, 7, END))).toThrow("a code that is not in its table");
  expect(() => decoded(gif(CLEAR, 6, 1, END))).toThrow("a code that is not in its table");
});

describe("a JPEG whose image data end too early", () => {
  const END = Buffer.from([0xff, 0xd9]);
  const LAST_RESTART = Buffer.from([0xff, 0xd1]);
  /** Without the last `share` of the data of its last scan, but with the end of the image. */
  const cut = (file: Buffer, share: number) => {
    const scan = file.lastIndexOf(Buffer.from([0xff, 0xda]));
    return Buffer.concat([file.subarray(0, Math.round(file.length - 2 - share * (file.length - scan))), END]);
  };
  const restarts = formatSample("restart-markers.jpg");
  const interval = restarts.indexOf(LAST_RESTART);

  it.each([
    ["baseline", cut(encoded(".jpg"), 0.5)],
    ["baseline, close to its end", cut(encoded(".jpg"), 0.03)],
    ["grey", cut(encoded(".jpg", true), 0.5)],
    ["progressive", cut(formatSample("progressive.jpg"), 0.5)],
    [
      "with an interval between restart markers missing",
      Buffer.concat([
        restarts.subarray(0, interval),
        restarts.subarray(restarts.indexOf(Buffer.from([0xff, 0xd2]), interval)),
      ]),
    ],
  ])("is refused: %s", (_name, file) => {
    for (const form of ["grey", "color"] as const)
      expect(failureOf(() => decodeImage(cv, file, readHeader(file), form))?.message).toBe(
        "The JPEG file is damaged or truncated (a part of the image data is missing).",
      );
  });

  it("is another one than a JPEG with bytes that belong to no segment behind them, or with fewer scans", () => {
    const file = encoded(".jpg");
    const progressive = formatSample("progressive.jpg");
    const scan = progressive.lastIndexOf(Buffer.from([0xff, 0xda]));
    for (const whole of [
      Buffer.concat([file.subarray(0, -2), Buffer.alloc(100), END]),
      Buffer.concat([progressive.subarray(0, scan), END]),
    ])
      decodeImage(cv, whole, readHeader(whole), "color").release();
  });
});

it.each(["image.heic", "full-444.heic", "astronaut.heic"])("refuses %s with data whose end was overwritten", (name) => {
  const file = Buffer.from(formatSample(name));
  file.fill(0, file.length - 200);
  expect(failureOf(() => decodeImage(cv, file, readHeader(file), "color"))?.message).toBe(
    "The HEIC file is damaged or truncated (a part of the image data is damaged or missing).",
  );
});

describe("a lack of memory is not told as damage of the file, and may be over later", () => {
  const outOfMemory = { type: "WORKER_LOST", message: "There was not enough memory to decode the image." };

  const progressiveJpeg = (): Buffer => {
    using image = scoped(new cv.Mat(3000, 3000, cv.CV_8UC3, [0, 0, 0]));
    return cv.imencode(".jpg", image, [cv.IMWRITE_JPEG_PROGRESSIVE, 1]);
  };

  it.each([
    ["its pixels, of 108 MB", () => blackPng(6000, 6000)],
    ["what the decoder needs besides: its coefficients, of 27 MB, next to as many bytes of pixels", progressiveJpeg],
  ])("when there is no room for %s", async (_what, make) => {
    const folder = temporaryFolder();
    const file = join(folder, "large");
    writeFileSync(file, make());
    const script = join(import.meta.dirname, "../support/starved-decoder.ts");
    const { stdout } = await promisify(execFile)(process.execPath, [script, file], { timeout: 50_000 });
    rmSync(folder, { recursive: true });
    expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toEqual([
      { ...outOfMemory, retryable: true },
      { cols: 60, rows: 60 },
    ]);
  });

  it("when a library says so", () => {
    const decodeFailing = (message: string) => {
      const failing = Object.assign(Object.create(cv), {
        decodeImage() {
          throw new Error(message);
        },
      });
      const file = encoded(".jpg");
      return failureOf(() => decodeImage(failing, file, readHeader(file), "color"));
    };
    expect(decodeFailing("std::bad_alloc")).toMatchObject(outOfMemory);
    const elsewhere = "OpenCV Error: (cond) in read, in file ./modules/core/src/x.cpp, line 7, status -215";
    expect(decodeFailing(elsewhere)).toMatchObject({ type: "UNDECODABLE_IMAGE" });
  });
});
