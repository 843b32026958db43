/** Encodings of images that come as references: known by their hash, fetched by nobody who need not. */
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import type { ImageReference } from "../../lib/contracts/image-source.ts";
import { CachedEncoder } from "../../lib/encoding/cached-encoder.ts";
import type { Encoder, EncoderRequest, Encoding } from "../../lib/encoding/encoding.ts";
import { failure } from "../../lib/errors.ts";
import type { CachedEncoding } from "../../lib/ports/encoding-cache.ts";
import { encodings } from "../../lib/telemetry/metrics.ts";

const file = Buffer.from("image");
const sha256 = createHash("sha256").update(file).digest("hex");
const reference = { jobId: "a", sha256 };
const timings = { queueMs: 0, decodeMs: 0, inferenceMs: 0, perModelMs: {} };
const encoding: Encoding = { version: "1", width: 1, height: 1, faces: [], timings };
const request = { owner: "", priority: "bulk" } as const;

/** An encoder over a cache in memory. @param encode what it makes of an image */
function cached(
  encode: (image: Buffer | ImageReference, request: EncoderRequest) => Promise<Encoding>,
  more: Partial<Encoder> = {},
) {
  const asked: (Buffer | ImageReference)[] = [];
  const entries = new Map<string, CachedEncoding>();
  const encoder: Encoder = {
    model: async () => ({ name: "face-encoding", version: "1" }),
    encode: (image, request) => {
      asked.push(image);
      return encode(image, request);
    },
    ...more,
  };
  const encodings = {
    get: async (key: string) => entries.get(key),
    put: async (key: string, entry: CachedEncoding) => void entries.set(key, entry),
    addOwner: async () => true,
    hasOwner: async () => true,
  };
  const sessions = { erasedAt: async () => null };
  return { asked, cache: new CachedEncoder(encoder, { encodings, sessions } as never) };
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

const interactive = { ...request, priority: "interactive" } as const;
const turns = () => new Promise(setImmediate);

it("does not let a client wait for the turn of a job that has the same image", async () => {
  const ofJob = Promise.withResolvers<Encoding>();
  const { asked, cache } = cached(async (_image, { priority }) => (priority === "bulk" ? ofJob.promise : encoding));
  const slow = cache.encode(reference, request);
  await expect.poll(() => asked).toEqual([reference]);
  expect(await cache.encode(file, interactive)).toMatchObject({ sha256 });
  ofJob.resolve(encoding);
  expect(await slow).toMatchObject({ sha256 });
  expect(asked).toEqual([reference, file]);
});

it("makes no second encoding for a job while a client waits for it", async () => {
  const ofJob = Promise.withResolvers<Encoding>();
  const ofClient = Promise.withResolvers<Encoding>();
  const { asked, cache } = cached((_image, { priority }) => (priority === "bulk" ? ofJob : ofClient).promise);
  const first = cache.encode(reference, request);
  await expect.poll(() => asked).toEqual([reference]);
  const client = cache.encode(file, interactive);
  await expect.poll(() => asked).toEqual([reference, file]);
  // The first one ends, and leaves that of the client to be joined.
  ofJob.reject(failure("IMAGE_TIMEOUT", "Too late."));
  await expect(first).rejects.toMatchObject({ type: "IMAGE_TIMEOUT" });
  const others = [
    cache.encode(file, { ...interactive, owner: "b" }),
    cache.encode(reference, { ...request, owner: "c" }),
  ];
  await turns();
  ofClient.resolve(encoding);
  expect(await Promise.all([client, ...others])).toMatchObject([{ sha256 }, { sha256 }, { sha256 }]);
  expect(asked).toEqual([reference, file]);
});

it("makes one encoding for jobs and clients where the encoder does not know the difference", async () => {
  const made = Promise.withResolvers<Encoding>();
  const { asked, cache } = cached(() => made.promise, { ignoresPriority: true });
  const ofJob = cache.encode(reference, request);
  await expect.poll(() => asked).toEqual([reference]);
  const ofClient = cache.encode(file, interactive);
  await turns();
  made.resolve(encoding);
  expect(await Promise.all([ofJob, ofClient])).toMatchObject([{ sha256 }, { sha256 }]);
  expect(asked).toEqual([reference]);
});

it.each(["OVERLOADED", "STORE_CORRUPT"] as const)("tells %s only to who asked first", async (code) => {
  const first = Promise.withResolvers<never>();
  const { asked, cache } = cached(() => (asked.length === 1 ? first.promise : Promise.resolve(encoding)));
  const refused = cache.encode(reference, request);
  await expect.poll(() => asked).toEqual([reference]);
  const other = cache.encode({ ...reference, jobId: "b" }, { ...request, owner: "b" });
  await turns();
  first.reject(failure(code, "Not now."));
  await expect(refused).rejects.toMatchObject({ type: code });
  expect(await other).toMatchObject({ sha256 });
});

it("tells all who ask that the image cannot be decoded, and tries once", async () => {
  const first = Promise.withResolvers<never>();
  const { asked, cache } = cached(() => first.promise);
  const all = [cache.encode(file, request), cache.encode(file, request)];
  await expect.poll(() => asked).toEqual([file]);
  await turns();
  first.reject(failure("UNDECODABLE_IMAGE", "Damaged."));
  for (const one of all) await expect(one).rejects.toMatchObject({ type: "UNDECODABLE_IMAGE" });
  expect(asked).toEqual([file]);
});

it("counts a known encoding as one from memory only where it is there for this owner", async () => {
  const counted = async () => {
    const { values } = await encodings.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels.source, value]));
  };
  const { cache } = cached(async () => encoding);
  await cache.encode(file, interactive);
  const { memory = 0, store = 0 } = await counted();
  expect(await cache.known(sha256, "")).toMatchObject({ sha256 });
  expect(await counted()).toMatchObject({ memory: memory + 1 });
  // That it is in memory is due to another one.
  expect(await cache.known(sha256, "b")).toMatchObject({ sha256 });
  expect(await counted()).toMatchObject({ memory: memory + 1, store: store + 1 });
});
