import { createHash, randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { blobOfPack, packOf } from "../../lib/backends/packs/pack.ts";

const hashOf = (blob: Uint8Array) => createHash("sha256").update(blob).digest("hex");
const blobs = [0, 1, 35, 36, 37, 10_000].map((bytes) => randomBytes(bytes));
const pack = packOf(new Map(blobs.map((blob) => [hashOf(blob), blob])));

it("gives each blob of a pack in a buffer of its own", () => {
  for (const blob of blobs) {
    const found = blobOfPack(pack, hashOf(blob));
    expect(found).toEqual(blob);
    expect([found?.byteOffset, found?.buffer.byteLength]).toEqual([0, blob.length]);
  }
  expect(blobOfPack(pack, hashOf(randomBytes(8)))).toBeUndefined();
  expect(blobOfPack(packOf(new Map()), hashOf(randomBytes(8)))).toBeUndefined();
});

it("reads a pack that is a part of a larger buffer", () => {
  const received = new Uint8Array(pack.length + 20).fill(255);
  received.set(pack, 10);
  for (const blob of blobs) expect(blobOfPack(received.subarray(10, 10 + pack.length), hashOf(blob))).toEqual(blob);
});

it("has no part of a blob in a pack that was cut off", () => {
  for (let length = 0; length < pack.length; length += 1 + Math.floor(length / 20))
    for (const blob of blobs)
      expect([undefined, blob]).toContainEqual(blobOfPack(pack.subarray(0, length), hashOf(blob)));
  const [, , , , , last = Buffer.alloc(0)] = blobs;
  expect(blobOfPack(pack.subarray(0, -1), hashOf(last))).toBeUndefined();
});
