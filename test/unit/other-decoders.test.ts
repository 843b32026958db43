/** OpenCV as Debian builds it has decoders of many more formats than we want, and gives them what others do not take. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const addon = join(import.meta.dirname, "../../.tools/opencv4nodejs.node");

/** Decodes a file in a process of its own: what goes wrong may end it. GDAL writes to the standard error. */
function decode(file: Buffer) {
  const script = `
    const file = Buffer.from(${JSON.stringify(file.toString("base64"))}, "base64");
    try { require(${JSON.stringify(addon)}).decodeImage(file, "opencv", true, 0, 0); } catch ({ message }) { console.log(message); }
  `;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
  return { status, message: stdout.trim(), noise: stderr };
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
