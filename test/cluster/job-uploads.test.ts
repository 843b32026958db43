/** Uploads of jobs whose images go to JetStream, several in a message: what becomes of those that fail. */
import { once } from "node:events";
import type { Socket } from "node:net";
import { connect, type JetStreamManager, type NatsConnection } from "nats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { form, golden, JobClient, type NamedFile } from "../support/job-client.ts";
import { type MongoServer, startMongoServer } from "../support/mongo-server.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { answerOf, openPost } from "../support/raw-request.ts";
import { type RunningService, startService } from "../support/service.ts";

const BLOBS = "sightline-blobs";
const KiB = 1024;
const mongo: MongoServer | undefined = await startMongoServer();

describe.skipIf(!mongo)("uploads to JetStream", () => {
  let nats: NatsServer;
  let service: RunningService;
  let client: JobClient;
  let connection: NatsConnection;
  let manager: JetStreamManager;
  beforeAll(async () => {
    nats = await startNatsServer();
    service = await startService({
      NATS_URL: nats.url,
      MONGO_URL: new URL("uploads", `${mongo?.url}/`).href,
      MAX_UPLOAD_BYTES_IN_FLIGHT: String(1024 * KiB),
    });
    client = new JobClient(service.url);
    connection = await connect({ servers: nats.url });
    manager = await connection.jetstreamManager();
  });
  afterAll(async () => {
    await connection?.close();
    await service?.stop();
    await nats?.stop();
    await mongo?.stop();
  });

  const stored = async () => (await manager.streams.info(BLOBS)).state.messages;
  const setRoom = (max_bytes: number) => manager.streams.update(BLOBS, { max_bytes });

  /** Complete images of a form that goes on. */
  const parts = (files: readonly NamedFile[]) =>
    Buffer.concat([
      ...files.flatMap(({ name, bytes }) => {
        const head = `--b\r\nContent-Disposition: form-data; name="images"; filename="${name}"\r\n\r\n`;
        return [Buffer.from(head), bytes, Buffer.from("\r\n")];
      }),
      Buffer.from("--b\r\n"),
    ]);
  const headers = { "Content-Type": "multipart/form-data; boundary=b", "Content-Length": String(10 ** 8) };

  test("one that finds no room once all has arrived is refused, leaves nothing, and is done when there is room", async () => {
    const key = { "Idempotency-Key": "no-room" };
    await setRoom(10_000);
    const refused = await client.post("/v1/jobs", form(golden), key);
    expect([refused.status, refused.body.code]).toEqual([507, "STORAGE_FULL"]);
    expect(await stored()).toBe(0);
    expect((await client.get("/v1/jobs")).body.items).toEqual([]);
    await setRoom(-1);
    const { status, body } = await client.post("/v1/jobs", form(golden), key);
    expect(status).toBe(202);
    expect(await client.finished(body.id)).toMatchObject({ state: "succeeded" });
    const faces = (await client.results(body.id)).map(({ result }) => result?.faces);
    expect(faces).toEqual(golden.map((image) => image.faces));
    await expect.poll(stored).toBe(0);
  });

  test("images that find no room when they are added are not part of the job", async () => {
    const { id } = await client.create(golden.slice(0, 2), "?execute=false");
    await setRoom(10_000);
    const refused = await client.post(`/v1/jobs/${id}/images`, form(golden.slice(2)));
    await setRoom(-1);
    expect([refused.status, refused.body.code]).toEqual([507, "STORAGE_FULL"]);
    await client.post(`/v1/jobs/${id}/execute`);
    expect(await client.finished(id)).toMatchObject({ state: "succeeded", images: { total: 2, done: 2 } });
    await expect.poll(stored).toBe(0);
  });

  test("one whose client leaves, leaves none of its images behind", async () => {
    const socket = await openPost(service.url, "/v1/jobs", headers);
    socket.on("error", () => {}).resume();
    const bytesOf = (n: number) => new Uint8Array(9 * KiB).fill(n);
    socket.write(parts(Array.from({ length: 80 }, (_, n) => ({ name: `${n}.jpg`, bytes: bytesOf(n) }))));
    // What is full is on its way; the rest waits for more.
    await expect.poll(stored).toBe(2);
    const closed = once(socket, "close");
    socket.destroy();
    await closed;
    await expect.poll(stored).toBe(0);
  });

  test("images that wait for others count as memory, which stalled uploads give back", async () => {
    const waiting = [1, 2].map((n) => ({ name: `${n}.jpg`, bytes: new Uint8Array(100 * KiB).fill(n) }));
    const sockets: Socket[] = [];
    const codes: string[] = [];
    const stall = async () => {
      const socket = await openPost(service.url, "/v1/jobs", headers);
      sockets.push(socket);
      answerOf(socket).then(
        ({ body }) => codes.push(body.code),
        () => {},
      );
      socket.write(parts(waiting));
    };
    // Does not fit beside any of them.
    const large = new Uint8Array(900 * KiB);
    const postBesideThem = async () => {
      await stall();
      await client.post("/v1/jobs?execute=false", large, { "Content-Type": "image/jpeg" });
      return codes;
    };
    await expect.poll(postBesideThem).toContain("UPLOAD_TIMEOUT");
    for (const socket of sockets) socket.destroy();
  });
});
