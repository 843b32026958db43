/** Small images in JetStream: several in one message. */
import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect, type JetStreamManager, type NatsConnection } from "nats";
import pMap from "p-map";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type JetStreamPorts, openJetStream } from "../../lib/backends/jetstream/jetstream.ts";
import { referenceTo } from "../../lib/jobs/fetch-image.ts";
import type { BlobMemory, BlobUpload, StoredBlob } from "../../lib/ports/blob-store.ts";
import { JetStreamNodes, leaseMs } from "../support/jetstream-nodes.ts";
import { startNatsServer } from "../support/nats-server.ts";
import { temporaryFolder } from "../support/service.ts";
import { suspend } from "../support/suspend.ts";

const nodes = JetStreamNodes.use();
const LIMIT = 1e8;
const KiB = 1024;

let connection: NatsConnection;
let manager: JetStreamManager;
beforeEach(async () => {
  connection = await connect({ servers: nodes.server.url, maxReconnectAttempts: -1 });
  manager = await connection.jetstreamManager();
});
afterEach(() => connection.close());

const ofSize = (bytes: number, count: number) => Array.from({ length: count }, () => randomBytes(bytes));

/** As the gateway does: in order, several at a time. */
function putAll(upload: BlobUpload, images: readonly Buffer[]): Promise<StoredBlob[]> {
  return pMap(images, (image) => upload.put([image], LIMIT), { concurrency: 8 });
}

async function storeAll({ blobs }: JetStreamPorts, jobId: string, images: readonly Buffer[]): Promise<StoredBlob[]> {
  const upload = await blobs.upload(jobId);
  const stored = await putAll(upload, images);
  await upload.end();
  return stored;
}

async function messages(): Promise<number> {
  return (await manager.streams.info(`${nodes.lastPrefix}-blobs`)).state.messages;
}

/** Requests for messages of the stream while something is done. */
async function requestsDuring(work: () => Promise<unknown>): Promise<number> {
  const requests = connection.subscribe(`$JS.API.DIRECT.GET.${nodes.lastPrefix}-blobs.>`);
  await connection.flush();
  await work();
  await connection.flush();
  requests.unsubscribe();
  return requests.getReceived();
}

const getAll = ({ blobs }: JetStreamPorts, jobId: string, stored: readonly StoredBlob[]) =>
  pMap(stored, (blob) => blobs.get(referenceTo({ jobId, ...blob })), { concurrency: 8 });

test.each([
  ["64 of 9 kB", ofSize(9_000, 64), 2],
  ["65 of 1 kB", ofSize(1_000, 65), 3],
  ["one", ofSize(9_000, 1), 1],
  ["20 of 100 KiB", ofSize(100 * KiB, 20), 4],
  ["4 of 300 KiB", ofSize(300 * KiB, 4), 4],
  ["2 of 512 KiB", ofSize(512 * KiB, 2), 2],
  ["3 of 513 KiB", ofSize(513 * KiB, 3), 3],
  ["70 that are the same", Array<Buffer>(70).fill(randomBytes(9_000)), 3],
])("of images, %s, each message has 32 or 512 KiB", async (_what, images, expected) => {
  const node = await nodes.openOne();
  const stored = await storeAll(node, "a", images);
  expect(await messages()).toBe(expected);
  const found = await getAll(node, "a", stored);
  expect(found.every((blob, n) => blob?.equals(images[n] as Buffer))).toBe(true);
});

test("a pack has images that follow each other: a large one between them ends it", async () => {
  const node = await nodes.openOne();
  const small = ofSize(1_000, 20);
  const images = [...small.slice(0, 10), randomBytes(600 * KiB), ...small.slice(10)];
  const packs = (await storeAll(node, "a", images)).map(({ pack }) => pack);
  expect(packs[10]).toBeUndefined();
  expect(new Set(packs.slice(0, 10)).size).toBe(1);
  expect(new Set(packs.slice(11)).size).toBe(1);
  expect(packs[0]).not.toBe(packs[11]);
  expect(await messages()).toBe(3);
});

test.each([1, 8, 600])("images are divided into packs by their sizes alone, %i at a time", async (atOnce) => {
  const node = await nodes.openOne();
  const sizes = Array.from({ length: 600 }, (_, n) => (1 + ((n * 7919) % (n % 37 === 0 ? 700 : 40))) * KiB);
  const upload = await node.blobs.upload("a");
  const put = (bytes: number) => upload.put([randomBytes(bytes)], LIMIT);
  const packs = (await pMap(sizes, put, { concurrency: atOnce })).map(({ pack }) => pack);
  await upload.end();
  const isNew = packs.map((pack, n) => pack === undefined || pack !== packs[n - 1]);
  expect(isNew).toEqual(startsOfGroups(sizes));
});

/** Which images start a group: at most 32 that follow each other, of 512 KiB, or one that is larger. */
function startsOfGroups(sizes: readonly number[]): boolean[] {
  let [count, bytes] = [32, 0];
  return sizes.map((size) => {
    const starts = count === 32 || bytes + size > 512 * KiB;
    count = starts ? 1 : count + 1;
    bytes = starts ? size : bytes + size;
    return starts;
  });
}

test("the images of a pack cost one request, also when they are asked for at the same time", async () => {
  const [writer, reader] = (await nodes.open(2)) as [JetStreamPorts, JetStreamPorts];
  const images = ofSize(9_000, 64);
  const stored = await storeAll(writer, "a", images);
  expect(await requestsDuring(() => getAll(reader, "a", stored))).toBe(2);
  expect(await requestsDuring(() => getAll(reader, "a", stored.toReversed()))).toBe(0);
  await reader.blobs.delete("a");
  expect(await requestsDuring(() => getAll(reader, "a", stored.slice(0, 1)))).toBe(1);
  expect(await getAll(reader, "a", stored.slice(0, 1))).toEqual([undefined]);
});

test("a pack that is missing, damaged, or no pack is a missing image; it is asked for again", async () => {
  const node = await nodes.openOne();
  const [stored] = await storeAll(node, "a", ofSize(9_000, 1));
  const { sha256, pack } = stored as Required<StoredBlob>;
  const subject = `${nodes.lastPrefix}.blobs.a`;
  const client = connection.jetstream();
  const get = (name: string) => node.blobs.get({ jobId: "a", sha256, pack: name });
  const kept = await manager.streams.getMessage(`${nodes.lastPrefix}-blobs`, { last_by_subj: `${subject}.${pack}` });

  expect(await get("late")).toBeUndefined();
  await client.publish(`${subject}.late`, kept.data);
  expect((await get("late"))?.length).toBe(9_000);
  await client.publish(`${subject}.cut`, kept.data.subarray(0, 5_000));
  expect(await get("cut")).toBeUndefined();
  await client.publish(`${subject}.none`, "no pack, but as long as the head of one, or longer");
  expect(await get("none")).toBeUndefined();
  for (const name of ["*", "a.b", "", ">", "x".repeat(65)]) expect(await get(name)).toBeUndefined();
});

test("images that earlier versions stored, each under its hash, are found", async () => {
  const { blobs } = await nodes.openOne();
  const image = randomBytes(9_000);
  const sha256 = createHash("sha256").update(image).digest("hex");
  await connection.jetstream().publish(`${nodes.lastPrefix}.blobs.a.${sha256}`, image);
  expect(await blobs.get({ jobId: "a", sha256 })).toEqual(image);
});

test("an abandoned upload stores nothing more", async () => {
  const node = await nodes.openOne();
  const upload = await node.blobs.upload("a");
  const stored = await putAll(upload, ofSize(9_000, 70));
  await upload.abandon();
  const left = await messages();
  expect(left).toBeLessThanOrEqual(2);
  await expect(upload.put([randomBytes(10)], LIMIT)).rejects.toThrow("abandoned");
  await expect(upload.end()).rejects.toThrow("abandoned");
  expect(await messages()).toBe(left);
  expect((await getAll(node, "a", stored)).slice(64)).toEqual(Array(6).fill(undefined));
});

test("what finds no room is refused, at the latest at the end", async () => {
  // JetStream calls it "unavailable": asked again, it would outlast this test.
  const node = await nodes.openOne({ blobMaxBytes: 100_000 });
  const full = { type: "STORAGE_FULL" };
  const upload = await node.blobs.upload("a");
  const images = ofSize(9_000, 20);
  await putAll(upload, images);
  await expect(upload.end()).rejects.toMatchObject(full);
  await expect(upload.put([randomBytes(10)], LIMIT)).rejects.toMatchObject(full);
  await upload.abandon();
  expect(await messages()).toBe(0);
  const long = await node.blobs.upload("a");
  await expect(putAll(long, ofSize(9_000, 500))).rejects.toMatchObject(full);
  await expect(long.end()).rejects.toMatchObject(full);
  expect((await storeAll(node, "a", images.slice(0, 5))).length).toBe(5);
});

test("an upload goes on when the server is restarted while images wait, and while they are on their way", async () => {
  const node = await nodes.openOne();
  const upload = await node.blobs.upload("a");
  const images = ofSize(9_000, 400);
  const stored = await putAll(upload, images.slice(0, 10));
  await nodes.server.restart("SIGKILL");
  const rest = putAll(upload, images.slice(10));
  await nodes.server.restart("SIGKILL");
  stored.push(...(await rest));
  const end = upload.end();
  await nodes.server.restart("SIGKILL");
  await end;
  await expect.poll(messages).toBe(Math.ceil(400 / 32));
  const found = await getAll(node, "a", stored);
  expect(found.every((blob, n) => blob?.equals(images[n] as Buffer))).toBe(true);
});

/** What an upload said that it holds. */
class Recorded implements BlobMemory {
  held = 0;
  handed = 0;
  most = 0;
  packs = 0;
  hold(bytes: number): void {
    this.held = bytes;
    this.most = Math.max(this.most, this.held + this.handed);
  }
  hand(bytes: number): () => void {
    this.handed += bytes;
    this.packs++;
    return () => {
      this.handed -= bytes;
      this.packs--;
    };
  }
}

test("an upload holds one pack and sends two, while the server does not answer", async () => {
  const { blobs } = await nodes.openOne();
  const memory = new Recorded();
  const upload = await blobs.upload("a", memory);
  const images = ofSize(50_000, 60);
  await suspend(nodes.server.process);
  let taken = 0;
  const putting = pMap(images, async (image) => {
    await upload.put([image], LIMIT);
    taken++;
  });
  try {
    await expect.poll(() => taken).toBe(30);
    expect([memory.held, memory.handed, memory.packs]).toEqual([500_000, 1_000_000, 2]);
  } finally {
    nodes.server.process.kill("SIGCONT");
  }
  await putting;
  await upload.end();
  expect([memory.held, memory.handed]).toEqual([0, 0]);
  // While a pack is handed on, it is counted twice.
  expect(memory.most).toBeLessThanOrEqual(2_000_000);

  const abandoned = await blobs.upload("a", memory);
  await abandoned.put([images[0] as Buffer], LIMIT);
  expect(memory.held).toBe(50_000);
  await abandoned.abandon();
  expect([memory.held, memory.handed]).toEqual([0, 0]);
});

test("packs are no larger than the server's messages may be", async () => {
  const configuration = join(temporaryFolder(), "nats.conf");
  writeFileSync(configuration, "max_payload: 64KB");
  const server = await startNatsServer({ args: ["--config", configuration] });
  const ports = await openJetStream(server.url, { leaseMs });
  try {
    const images = [...ofSize(5_000, 40), ...ofSize(47_000, 3), ...ofSize(60_000, 3), randomBytes(500_000)];
    const stored = await storeAll(ports, "a", images);
    const found = await getAll(ports, "a", stored);
    expect(found.every((blob, n) => blob?.equals(images[n] as Buffer))).toBe(true);
    expect(new Set(stored.slice(0, 40).map(({ pack }) => pack)).size).toBe(5);
  } finally {
    await ports.close();
    await server.stop();
  }
});
