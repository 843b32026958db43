/** Encodings of images that come as references: known by their hash, fetched by nobody who need not. */
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import type { ImageReference } from "../../lib/contracts/image-source.ts";
import { CachedEncoder } from "../../lib/encoding/cached-encoder.ts";
import type { Encoder, Encoding } from "../../lib/encoding/encoding.ts";
import { failure } from "../../lib/errors.ts";
import type { CachedEncoding } from "../../lib/ports/encoding-cache.ts";

const file = Buffer.from("image");
const sha256 = createHash("sha256").update(file).digest("hex");
const reference = { jobId: "a", sha256 };
const timings = { queueMs: 0, decodeMs: 0, inferenceMs: 0, perModelMs: {} };
const encoding: Encoding = { version: "1", width: 1, height: 1, faces: [], timings };
const request = { owner: "", priority: "bulk" } as const;

/** An encoder over a cache in memory. @param encode what it makes of an image */
function cached(encode: (image: Buffer | ImageReference) => Promise<Encoding>) {
  const asked: (Buffer | ImageReference)[] = [];
  const entries = new Map<string, CachedEncoding>();
  const encoder: Encoder = {
    model: async () => ({ name: "face-encoding", version: "1" }),
    encode: (image) => {
      asked.push(image);
      return encode(image);
    },
  };
  const encodings = {
    get: async (key: string) => entries.get(key),
    put: async (key: string, entry: CachedEncoding) => void entries.set(key, entry),
    addOwner: async () => true,
  };
  return { asked, cache: new CachedEncoder(encoder, { encodings, sessions: {} } as never) };
}

it("hands a reference on as it is, and makes one encoding of bytes and references to them", async () => {
  const { asked, cache } = cached(async () => encoding);
  expect(await cache.encode(reference, request)).toMatchObject({ sha256, version: "1" });
  expect(await cache.encode(file, request)).toMatchObject({ sha256 });
  expect(await cache.encode({ ...reference, jobId: "b" }, request)).toMatchObject({ sha256 });
  expect(asked).toEqual([reference]);
});

it("does not tell who sent the bytes that they are gone from somebody's job", async () => {
  const fetching = Promise.withResolvers<never>();
  const { asked, cache } = cached((image) => (Buffer.isBuffer(image) ? Promise.resolve(encoding) : fetching.promise));
  const ofJob = cache.encode(reference, request);
  await expect.poll(() => asked).toEqual([reference]);
  const ofSession = cache.encode(file, request);
  await new Promise(setImmediate);
  fetching.reject(failure("PICTURE_GONE", "Gone."));
  await expect(ofJob).rejects.toMatchObject({ type: "PICTURE_GONE" });
  expect(await ofSession).toMatchObject({ sha256 });
  expect(asked).toEqual([reference, file]);
});
