/** Our readers against the decoders: what OpenCV decodes has the size that was read from its header. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toPlainBmp } from "../../../lib/vision/headers/bmp-pixels.ts";
import { checkHeader, type ImageHeader, readHeader } from "../../../lib/vision/headers/image-header.ts";
import { withoutMisreadTags } from "../../../lib/vision/headers/tiff.ts";
import { firstFrame } from "../../../lib/vision/headers/webp.ts";
import { failureOf, samples } from "../../support/header-samples.ts";
import { Random } from "../../support/random.ts";

const MAX_PIXELS = 1_000_000;
const MUTATIONS = 300;

let decoder: ChildProcess;

beforeAll(() => {
  // OpenCV says on standard error what it thinks of each file.
  decoder = fork(join(import.meta.dirname, "../../support/opencv-sizes.worker.ts"), {
    serialization: "advanced",
    execArgv: [],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
});
afterAll(() => decoder.kill());

/** @returns null for what OpenCV does not decode; "died" where it ended its process. */
async function sizeByOpenCv(file: Buffer): Promise<{ width: number; height: number } | null | "died"> {
  const answered = new AbortController();
  const { signal } = answered;
  decoder.send({ file });
  const result = await Promise.race([
    once(decoder, "message", { signal }).then(([size]) => size),
    once(decoder, "exit", { signal }).then(() => "died"),
  ]);
  answered.abort();
  return result;
}

/** The file as it is handed to OpenCV, and the size that it has then. */
function handedOver(file: Buffer, header: ImageHeader): { file: Buffer; width: number; height: number } {
  const { format, width, height } = header;
  const frame = format === "webp" ? firstFrame(file) : undefined;
  if (frame) return frame;
  const changed = format === "bmp" ? toPlainBmp(file) : format === "tiff" ? withoutMisreadTags(file) : undefined;
  return { file: changed ?? file, width, height };
}

describe("the size in the header is that of the decoded image", () => {
  // GIF and HEIF files are decoded by others.
  const ofOpenCv = Object.entries(samples).filter(([, { file }]) => !["gif", "heif"].includes(readHeader(file).format));
  for (const [name, { file }] of ofOpenCv)
    it(`of ${name} and ${MUTATIONS} mutations of it`, async () => {
      const random = new Random(7);
      let decoded = 0;
      for (let round = 0; round <= MUTATIONS; round++) {
        const mutated = round === 0 ? file : mutate(file, random);
        let header: ImageHeader | undefined;
        const failure = failureOf(() => {
          header = checkHeader(mutated, MAX_PIXELS);
        });
        if (failure || !header) continue;
        const handed = handedOver(mutated, header);
        const size = await sizeByOpenCv(handed.file);
        if (size === null) continue;
        decoded += 1;
        expect(size, `round ${round}`).toEqual({ width: handed.width, height: handed.height });
      }
      expect(decoded).toBeGreaterThan(0);
    });
});

/** One to three bytes changed, most of them where headers are. */
function mutate(file: Buffer, random: Random): Buffer {
  const mutated = Buffer.from(file);
  const bytes = random.integer(1, 3);
  for (let change = 0; change < bytes; change++) {
    const reach = random.chance(0.8) ? Math.min(file.length, 200) : file.length;
    const distance = random.integer(0, reach - 1);
    // TIFF files have their directory at the end.
    const offset = random.chance(0.5) ? distance : file.length - 1 - distance;
    mutated[offset] = random.chance(0.3) ? random.pick([0, 1, 0x7f, 0x80, 0xfe, 0xff]) : random.integer(0, 255);
  }
  return mutated;
}
