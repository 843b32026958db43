import { join } from "node:path";
import { expect, it } from "vitest";
import { checkHeaderInThread, HeaderThread } from "../../../lib/vision/headers/header-thread.ts";
import { checkHeader } from "../../../lib/vision/headers/image-header.ts";
import { encoded, samples } from "../../support/header-samples.ts";
import { blackPng } from "../../support/images.ts";

it.each(Object.entries(samples))("reads a header as it is read elsewhere: %s", async (_, { file, width, height }) => {
  const header = await checkHeaderInThread(file, 1e6);
  expect(header).toEqual(checkHeader(file, 1e6));
  expect(header).toMatchObject({ width, height });
});

it("has the failures with their facts", async () => {
  await expect(checkHeaderInThread(blackPng(100, 51), 5000)).rejects.toMatchObject({
    type: "TOO_MANY_PIXELS",
    code: 413,
    message: "The image has 100 × 51 = 5100 pixels; at most 5000 are allowed.",
    data: { width: 100, height: 51, maxImagePixels: 5000 },
  });
  await expect(checkHeaderInThread(Buffer.alloc(0), 5000)).rejects.toMatchObject({ type: "EMPTY_IMAGE" });
});

it("leaves the file as it is, also a part of a larger memory", async () => {
  const file = blackPng(20, 10);
  const part = Buffer.concat([Buffer.alloc(100), file, Buffer.alloc(100)]).subarray(100, 100 + file.length);
  expect(await checkHeaderInThread(part, 5000)).toMatchObject({ width: 20, height: 10 });
  expect(part.equals(file)).toBe(true);
});

it("checks several at once, each for itself", async () => {
  const sides = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const headers = await Promise.all(sides.map((side) => checkHeaderInThread(blackPng(side, side), 100)));
  expect(headers.map(({ width }) => width)).toEqual(sides);
});

it("takes what may take long behind all other files, and clients in turn", async () => {
  const thread = new HeaderThread();
  const served: string[] = [];
  const check = async (name: string, file: Buffer, client: string) => {
    await thread.check(file, 1e6, client);
    served.push(name);
  };
  const [tiff, webp, jpeg] = [encoded(".tif"), encoded(".webp"), encoded(".jpg")];
  await Promise.all([
    check("first", tiff, "a"),
    check("a1", tiff, "a"),
    check("a2", webp, "a"),
    check("a3", tiff, "a"),
    check("b1", webp, "b"),
    check("b2", tiff, "b"),
    check("jpeg of a", jpeg, "a"),
    check("jpeg of c", jpeg, "c"),
  ]);
  expect(served).toEqual(["first", "jpeg of a", "jpeg of c", "a1", "b1", "a2", "b2", "a3"]);
});

it("fails, and not the process, where there can be no thread", async () => {
  const thread = new HeaderThread(join(import.meta.dirname, "missing.worker.ts"));
  const checks = [1, 2, 3].map((side) => thread.check(blackPng(side, side), 100));
  for (const check of checks) await expect(check).rejects.toThrow("missing.worker.ts");
});
