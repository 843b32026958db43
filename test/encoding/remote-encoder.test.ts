/** The client of a remote encoder, against a real server that misbehaves. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Encoder } from "../../lib/encoding/encoding.ts";
import { remoteEncoder } from "../../lib/encoding/remote-encoder.ts";
import { answerWith, behaviours, type EncoderStub, startEncoderStub, vectorOf } from "../support/encoder-stub.ts";
import { encoded, exifBlock, HEIGHT, segment, WIDTH } from "../support/header-samples.ts";
import { blackPng } from "../support/images.ts";

const TIMEOUT_MS = 500;
/** Where it must not run out, however slow the machine is. */
const LONG_MS = 30_000;
let stub: EncoderStub;
let encoder: Encoder;
beforeAll(async () => {
  stub = await startEncoderStub();
});
afterAll(() => stub.close());
beforeEach(() => {
  stub.behaviour = undefined;
  stub.faces = 1;
  encoder = connect(stub.url);
});

function connect(encoderUrl: string, encoderTimeoutMs = LONG_MS): Encoder {
  const settings = { encoderVersion: "r1", encoderTimeoutMs, maxImagePixels: 1e6 };
  return remoteEncoder({ ...settings, encoderUrl }, fetchImage);
}
const file = blackPng(20, 10);
const fetchImage = async () => file;
const encode = (image = file) => encoder.encode(image, { priority: "interactive" });

/** How the encoding failed, and after how many requests. */
async function fault() {
  const before = stub.requests;
  const error = await encode().then(
    () => undefined,
    (thrown) => thrown,
  );
  return { code: error?.type, requests: stub.requests - before };
}

it.each([0, 1, 3])("gives a vector for each of %i faces, with the image's size", async (faces) => {
  stub.faces = faces;
  expect(await encode()).toMatchObject({
    version: "r1",
    width: 20,
    height: 10,
    faces: Array.from({ length: faces }, (_, face) => ({ encoding: vectorOf(file, face) })),
  });
});

it("fetches an image that is given as a reference", async () => {
  const reference = { jobId: "a", sha256: "0".repeat(64) };
  const { faces } = await encoder.encode(reference, { priority: "bulk" });
  expect(faces).toEqual([{ encoding: vectorOf(file, 0) }]);
});

it("gives the size of a turned image as displayed", async () => {
  const file = encoded(".jpg");
  const exif = segment(0xe1, Buffer.concat([Buffer.from("Exif\0\0", "latin1"), exifBlock(6)]));
  const turned = Buffer.concat([file.subarray(0, 2), segment(0xe1, "http://ns.adobe.com/"), exif, file.subarray(2)]);
  expect(await encode(file)).toMatchObject({ width: WIDTH, height: HEIGHT });
  expect(await encode(turned)).toMatchObject({ width: HEIGHT, height: WIDTH });
});

it("refuses what is no image itself", async () => {
  const before = stub.requests;
  await expect(encode(Buffer.from("no image"))).rejects.toMatchObject({ type: "UNSUPPORTED_MEDIA_TYPE" });
  await expect(encode(blackPng(2000, 2000))).rejects.toMatchObject({ type: "TOO_MANY_PIXELS" });
  expect(stub.requests).toBe(before);
});

it("reads an image's header in another thread, since it may take half a second", async () => {
  let isRefused = false;
  const refusal = encode(Buffer.from("no image")).catch(() => {
    isRefused = true;
  });
  // All that this thread does before its event loop turns.
  for (let microtask = 0; microtask < 1000; microtask++) await undefined;
  expect(isRefused).toBe(false);
  await refusal;
  expect(isRefused).toBe(true);
});

describe("a server that", () => {
  it.each(["reset", "truncated", "fault"] as const)("fails in passing (%s) is asked again", async (name) => {
    let failures = 2;
    stub.behaviour = (request, response, image) => {
      if (failures-- > 0) return behaviours[name](request, response, image);
      answerWith(200, JSON.stringify([vectorOf(image)]))(request, response, image);
    };
    expect((await encode()).faces).toHaveLength(1);
  });

  it.each(["reset", "truncated", "fault"] as const)(
    "goes on to fail (%s) is asked so often and no more",
    async (name) => {
      stub.behaviour = behaviours[name];
      expect(await fault()).toEqual({ code: "ENCODER_FAILED", requests: 4 });
    },
  );

  it.each(["cutOff", "wrongShape", "unevenVectors", "text", "endless", "refusal"] as const)(
    "answers with what is no list of vectors (%s) is not asked again",
    async (name) => {
      stub.behaviour = behaviours[name];
      expect(await fault()).toEqual({ code: "ENCODER_FAILED", requests: 1 });
    },
  );

  it("answers with vectors of another length than before is not asked again", async () => {
    stub.behaviour = answerWith(200, "[]");
    expect((await encode()).faces).toEqual([]);
    stub.behaviour = undefined;
    await encode();
    stub.behaviour = answerWith(200, "[[0.1, 0.2]]");
    expect(await fault()).toEqual({ code: "ENCODER_FAILED", requests: 1 });
    await expect(encode()).rejects.toThrow("ENCODER_VERSION");
    stub.behaviour = answerWith(200, "[]");
    expect((await encode()).faces).toEqual([]);
    stub.behaviour = undefined;
    expect((await encode()).faces).toHaveLength(1);
  });

  it("sends us elsewhere is not followed", async () => {
    stub.behaviour = behaviours.redirect;
    expect((await fault()).code).toBe("ENCODER_FAILED");
  });

  it("does not answer is given up in time", async () => {
    stub.behaviour = behaviours.slow;
    encoder = connect(stub.url, TIMEOUT_MS);
    const startedAt = performance.now();
    expect((await fault()).code).toBe("ENCODER_TIMEOUT");
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(TIMEOUT_MS - 50);
  });

  it("is not there", async () => {
    const gone = await startEncoderStub();
    await gone.close();
    encoder = connect(gone.url);
    expect((await fault()).code).toBe("ENCODER_FAILED");
  });
});

describe("the circuit", () => {
  it("opens after five failures, and the server is left alone; then one request finds it well", async () => {
    stub.behaviour = behaviours.reset;
    for (let n = 0; n < 5; n++) expect((await fault()).code).toBe("ENCODER_FAILED");
    expect(await fault()).toEqual({ code: "ENCODER_UNAVAILABLE", requests: 0 });
    stub.behaviour = undefined;
    await expect.poll(async () => (await fault()).code, { interval: 200 }).toBeUndefined();
    expect((await encode()).faces).toHaveLength(1);
  });

  it.each([429, 502, 503, 504])("opens after five answers with status %i", async (status) => {
    stub.behaviour = answerWith(status, "{}");
    for (let n = 0; n < 5; n++) expect((await fault()).code).toBe("ENCODER_FAILED");
    expect(await fault()).toEqual({ code: "ENCODER_UNAVAILABLE", requests: 0 });
  });

  it("opens after five time-outs", async () => {
    stub.behaviour = behaviours.slow;
    encoder = connect(stub.url, TIMEOUT_MS);
    for (let n = 0; n < 5; n++) expect((await fault()).code).toBe("ENCODER_TIMEOUT");
    expect(await fault()).toEqual({ code: "ENCODER_UNAVAILABLE", requests: 0 });
  });

  it.each([
    ["refusal", 1],
    ["wrongShape", 1],
    ["endless", 1],
    ["fault", 4],
  ] as const)("stays closed for the images of others when it cannot do some (%s)", async (name, requests) => {
    stub.behaviour = behaviours[name];
    for (let n = 0; n < 7; n++) expect(await fault()).toEqual({ code: "ENCODER_FAILED", requests });
    stub.behaviour = undefined;
    expect((await encode()).faces).toHaveLength(1);
  });
});
