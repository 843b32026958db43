/** A colour description that libheif does not know: with strict decoding it leaked the decoded image. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { decodeImage } from "../../lib/vision/decode.ts";
import { checkHeader } from "../../lib/vision/headers/image-header.ts";
import { cv } from "../support/opencv.ts";

const file = readFileSync(new URL("../../test-data/formats/unknown-colour.heic", import.meta.url));
const residentMiB = () => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024;

function decode(times: number): void {
  const header = checkHeader(file, Number.POSITIVE_INFINITY);
  for (let time = 0; time < times; time++) {
    try {
      decodeImage(cv, file, header, "grey").release();
    } catch {
      // As with strict decoding.
    }
  }
}

it("an image of unknown colours is decoded, and leaves no memory behind", () => {
  expect(decodeImage(cv, file, checkHeader(file, Number.POSITIVE_INFINITY), "grey")).toMatchObject({
    rows: 40,
    cols: 20,
  });
  decode(500);
  const before = residentMiB();
  // 13 kB each were left behind.
  decode(3000);
  expect(residentMiB() - before).toBeLessThan(25);
});
