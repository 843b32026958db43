/**
 * OpenCV as Debian builds it has decoders of many more formats than we want, and gives them what others do not take.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readHeader } from "../../lib/vision/headers/image-header.ts";
import { formatSample } from "../support/header-samples.ts";

const addon = join(import.meta.dirname, "../../.tools/opencv4nodejs.node");

/** Decodes a file in a process of its own: what goes wrong may end it. GDAL writes to the standard error. */
function decode(file: Buffer, decoder = "opencv", [width, height] = [0, 0]) {
  const script = `
    const file = require("node:fs").readFileSync(0);
    try {
      const { decodeImage } = require(${JSON.stringify(addon)});
      const pixels = decodeImage(file, "${decoder}", true, ${width}, ${height}).getData();
      console.log(require("node:crypto").createHash("sha256").update(pixels).digest("hex"));
    } catch ({ message }) { console.log(message); }
  `;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8", input: file });
  return { status, message: stdout.trim(), noise: stderr };
}

/** The most memory that a process takes which decodes a file, in bytes. */
function peakMemory(file: Buffer): number {
  const script = `
    require(${JSON.stringify(addon)}).decodeImage(require("node:fs").readFileSync(0), "opencv", true, 0, 0);
    console.log(process.resourceUsage().maxRSS);
  `;
  return Number(spawnSync(process.execPath, ["-e", script], { encoding: "utf8", input: file }).stdout) * 1024;
}

/** A RIFF file that says that it is a WebP. */
function riff(body: Buffer): Buffer {
  const head = Buffer.from("RIFF\0\0\0\0WEBP", "latin1");
  head.writeUInt32LE(body.length + 4, 4);
  return Buffer.concat([head, body]);
}

const another = "the file is of another format";

describe("OpenCV's other decoders", () => {
  it.each([
    ["a WebP that libwebp refuses", riff(Buffer.alloc(300, 0x41))],
    ["a WebP that ends in its header", riff(Buffer.from("VP8 "))],
    [
      "a WebP of another version",
      riff(Buffer.concat([Buffer.from("VP8L\x20\0\0\0\x2f\0\0\0\xf0", "latin1"), Buffer.alloc(60)])),
    ],
    ["a DICOM file in a WebP", riff(Buffer.concat([Buffer.alloc(116, 1), Buffer.from("DICM"), Buffer.alloc(90, 1)]))],
    ["a virtual raster of GDAL", Buffer.from('<VRTDataset rasterXSize="1" rasterYSize="1"></VRTDataset>')],
    ["an OpenEXR image", Buffer.concat([Buffer.from([0x76, 0x2f, 0x31, 0x01]), Buffer.alloc(60)])],
    ["nothing", Buffer.alloc(0)],
  ])("do not get %s", (_name, file) => {
    expect(decode(file)).toEqual({ status: 0, message: another, noise: "" });
  });
});

it.each([
  ["gif", "image.gif"],
  ["heif", "image.heic"],
  ["heif", "rotated.avif"],
])("nothing is decoded by %s if it reads another size in %s than was checked", (decoder, name) => {
  const file = formatSample(name);
  const header = readHeader(file);
  const { width, height } = header.decoded ?? header;
  expect(decode(file, decoder, [width, height]).message).toMatch(/^[0-9a-f]{64}$/);
  const message = `its header says ${width} x ${height + 1}, its image is ${width} x ${height}`;
  expect(decode(file, decoder, [width, height + 1])).toEqual({ status: 0, message, noise: "" });
});

it("OpenCV prints nothing about a TIFF whose strips are not where its header says", () => {
  const file = readFileSync(join(import.meta.dirname, "../../test-data/cases/tiff-damaged-zip.tif"));
  const STRIP_OFFSETS = 109;
  file[file.readUInt32LE(4) + STRIP_OFFSETS] = 1;
  expect(decode(file)).toEqual({ status: 0, message: "the file is damaged or truncated", noise: "" });
});

describe("libpng and libjpeg", () => {
  const sample = readFileSync(join(import.meta.dirname, "../../test-data/samples/astronaut.png"));
  const AFTER_HEADER = 33;
  /** With a colour profile that is too short, of which libpng warns. */
  const profiled = Buffer.concat([
    sample.subarray(0, AFTER_HEADER),
    chunk("iCCP", Buffer.from("x\0\0")),
    sample.subarray(AFTER_HEADER),
  ]);
  const plain = decode(sample).message;

  it("do not inflate texts, which may take a thousand times the size of the file", () => {
    const text = Buffer.concat([Buffer.from("x\0\0"), deflateSync(Buffer.alloc(7_500_000, "x"), { level: 9 })]);
    const texts = (count: number) => Array.from({ length: count }, () => chunk("zTXt", text));
    const file = (count: number) =>
      Buffer.concat([sample.subarray(0, AFTER_HEADER), ...texts(count), sample.subarray(AFTER_HEADER)]);
    const [one, many] = [peakMemory(file(1)), peakMemory(file(60))];
    expect(one).toBeGreaterThan(0);
    expect(many - one).toBeLessThan(100 * 2 ** 20);
  });

  it("print nothing about a file with faults, and decode what they decoded", () => {
    expect(plain).toMatch(/^[0-9a-f]{64}$/);
    expect(decode(profiled)).toEqual({ status: 0, message: plain, noise: "" });
    const cut = profiled.subarray(0, profiled.length / 2);
    expect(decode(cut)).toEqual({ status: 0, message: "the file is damaged or truncated", noise: "" });
    const extra = readFileSync(join(import.meta.dirname, "../../test-data/cases/jpeg-2-extraneous-bytes.jpg"));
    expect(decode(extra)).toMatchObject({ status: 0, noise: "" });
  });
});

describe("dav1d", () => {
  const image = formatSample("image.avif");
  const [data, length] = [image.indexOf("mdat") + 4, image.length - image.indexOf("mdat") - 4];
  const { width, height } = readHeader(image);
  const expectQuiet = (file: Buffer, message: RegExp) =>
    expect(decode(file, "heif", [width, height])).toEqual({
      status: 0,
      message: expect.stringMatching(message),
      noise: "",
    });

  it.each([
    // In the data are a temporal delimiter of two bytes, a sequence header of eleven, and a frame to the end.
    ["of an unknown unit", 0, 0x02, /^[0-9a-f]{64}$/],
    ["of a frame that ends behind the file", 14, 0xff, /^Decoder plugin generated an error/],
    // Its header is refused.
    ["of a frame that ends too early", 14, 0x80, /^[0-9a-f]{64}$/],
  ])("prints nothing %s", (_name, offset, value, message) => {
    expect(length).toBeGreaterThan(1000);
    const file = Buffer.from(image);
    file[data + offset] = value;
    expectQuiet(file, message);
  });

  it("prints nothing of an image without data", () => {
    const file = Buffer.from(image);
    const SIZES_OF_OFFSETS_AND_LENGTHS = 8;
    file[image.indexOf("iloc") + SIZES_OF_OFFSETS_AND_LENGTHS] = 0;
    expectQuiet(file, /^Decoder plugin generated an error/);
  });

  it("starts no threads, each of which would take memory", () => {
    // With a thread come its stack of 8 MiB, and what malloc keeps for it.
    const script = `
      const { decodeImage } = require(${JSON.stringify(addon)});
      const { readFileSync } = require("node:fs");
      const file = readFileSync(0);
      const mostAddresses = () => Number(/VmPeak:\\s+(\\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
      const before = mostAddresses();
      decodeImage(file, "heif", true, 67, 45);
      console.log(mostAddresses() - before);
    `;
    const { stdout } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8", input: image });
    expect(stdout).toMatch(/^\d+\n$/);
    expect(Number(stdout)).toBeLessThan(8 * 1024);
  });
});

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
