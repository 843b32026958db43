/** The encodings that are kept in memory, over a real store. */
import { rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { CachedEncoder } from "../../lib/encoding/cached-encoder.ts";
import type { Encoder } from "../../lib/encoding/encoding.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { temporaryFolder } from "../support/service.ts";

const folder = temporaryFolder();
let backends: Backends;
beforeAll(async () => {
  backends = await openEmbedded({ folder, leaseMs: 1000 });
});
afterAll(async () => {
  await backends.close();
  rmSync(folder, { recursive: true });
});

afterEach(() => {
  vi.useRealTimers();
});

const timings = { queueMs: 0, decodeMs: 0, inferenceMs: 0, perModelMs: {} };
const encoder: Encoder = {
  model: async () => ({ name: "m", version: "1" }),
  encode: async () => ({ version: "1", width: 1, height: 1, faces: [{ encoding: [1, 2] }], timings }),
};

it("keeps fewer encodings in memory if their vectors are longer", async () => {
  const encode = async () => ({
    ...{ version: "1", width: 1, height: 1, timings },
    faces: [{ encoding: Array.from({ length: 4096 }, (_, index) => index) }],
  });
  const long: Encoder = { model: async () => ({ name: "long", version: "1" }), encode };
  let readings = 0;
  const encodings = new Proxy(backends.encodings, {
    get: (target, name) => {
      if (name === "get") readings++;
      return Reflect.get(target, name).bind(target);
    },
  });
  // Of vectors of 32 KiB, it has room for three.
  const cached = new CachedEncoder(long, { encodings, sessions: backends.sessions }, 128 * 1024);
  const send = (image: number) => cached.encode(Buffer.from([image]), { owner: "", priority: "interactive" });
  for (const image of [1, 2, 3, 4, 5]) await send(image);
  readings = 0;
  await send(5);
  expect(readings).toBe(0);
  await send(1);
  expect(readings).toBe(1);
});

it("forgets an encoding for which more sessions are remembered than there is memory for", async () => {
  let readings = 0;
  const encodings = new Proxy(backends.encodings, {
    get: (target, name) => {
      if (name === "get") readings++;
      return Reflect.get(target, name).bind(target);
    },
  });
  const cached = new CachedEncoder(encoder, { encodings, sessions: backends.sessions }, 20_000);
  const encode = (owner: string) => cached.encode(Buffer.from("an image"), { owner, priority: "interactive" });
  const sessions = Array.from({ length: 400 }, () => crypto.randomUUID());
  const createdAt = new Date().toISOString();
  for (const id of sessions) await backends.sessions.insert(`hash of ${id}`, { id, createdAt });
  await encode(sessions[0] as string);
  await encode(sessions[0] as string);
  expect(readings).toBe(1);
  for (const session of sessions) await encode(session);
  readings = 0;
  // With all of them it would be there, and nobody would ask the store.
  await encode(sessions[0] as string);
  expect(readings).toBe(1);
});

it("keeps an encoding that all of its other owners release while it is found", async () => {
  const [before, owner] = [crypto.randomUUID(), crypto.randomUUID()];
  const createdAt = new Date().toISOString();
  for (const id of [before, owner]) await backends.sessions.insert(`hash of ${id}`, { id, createdAt });
  const image = Buffer.from("an image of two sessions");
  const first = new CachedEncoder(encoder, backends);
  const { sha256 } = await first.encode(image, { owner: before, priority: "interactive" });
  const get: typeof backends.encodings.get = async (key) => {
    const found = await backends.encodings.get(key);
    await backends.encodings.releaseAll(before);
    return found;
  };
  const encodings = new Proxy(backends.encodings, {
    get: (target, name) => (name === "get" ? get : Reflect.get(target, name).bind(target)),
  });
  const second = new CachedEncoder(encoder, { encodings, sessions: backends.sessions });
  await second.encode(image, { owner, priority: "interactive" });
  // Without the bytes, and on another node.
  expect(await new CachedEncoder(encoder, backends).known(sha256, owner)).toMatchObject({
    faces: [{ encoding: [1, 2] }],
  });
});

it("notes in the store that an encoding is used, also where memory has it", async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  const cached = new CachedEncoder(encoder, backends);
  const image = Buffer.from("an image that is sent every day");
  const encode = () => cached.encode(image, { owner: "", priority: "interactive" });
  const dayMs = 86_400_000;
  const { sha256 } = await encode();
  for (let day = 0; day < 40; day++) {
    vi.advanceTimersByTime(dayMs);
    await encode();
  }
  await backends.encodings.sweep(new Date(Date.now() - 30 * dayMs).toISOString());
  expect(await cached.known(sha256, "")).toMatchObject({ faces: [{ encoding: [1, 2] }] });
});
