import type { IncomingMessage } from "node:http";
import { expect, it } from "vitest";
import { ImageCounts } from "../../lib/http/upload/image-counts.ts";

function request(type: string, length?: number): IncomingMessage {
  const headers = { "content-type": type, ...(length !== undefined && { "content-length": String(length) }) };
  return { headers } as unknown as IncomingMessage;
}

const FORM = "multipart/form-data; boundary=x";

it("estimates the images of a form by its length and what forms before it had", () => {
  const counts = new ImageCounts();
  expect(counts.estimate(request(FORM, 1_000_000))).toBe(1);
  counts.learn(request(FORM, 50_000), 5);
  expect(counts.estimate(request(FORM, 100_000))).toBe(10);
  expect(counts.estimate(request(FORM, 10))).toBe(1);
  // Without a length, as many as others had.
  expect(counts.estimate(request(FORM))).toBe(5);
  // JSON is known apart from forms; a raw image is one.
  expect(counts.estimate(request("application/json", 100_000))).toBe(1);
  expect(counts.estimate(request("image/png", 1_000_000))).toBe(1);
});
