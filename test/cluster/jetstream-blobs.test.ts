/** Images in JetStream: room, memory and settings. */
import { randomBytes } from "node:crypto";
import { connect } from "nats";
import { describe, expect, test } from "vitest";
import { openJetStream } from "../../lib/backends/jetstream/jetstream.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import type { BlobStore } from "../../lib/ports/blob-store.ts";
import { JetStreamNodes, leaseMs } from "../support/jetstream-nodes.ts";

const nodes = JetStreamNodes.use();

describe("images", () => {
  test("an upload that finds no room is refused, and what was stored of it is gone", async () => {
    // JetStream calls it "unavailable": asked again, it would outlast this test.
    const { blobs } = await nodes.openOne({ blobMaxBytes: 4_000_000 });
    await storeImage(blobs, "a", [Buffer.from("small")], 1e8);
    await expect(storeImage(blobs, "a", [randomBytes(9_000_000)], 1e8)).rejects.toMatchObject({ type: "STORAGE_FULL" });
    const { sha256 } = await storeImage(blobs, "a", [randomBytes(3_000_000)], 1e8);
    expect((await blobs.get({ jobId: "a", sha256 }))?.length).toBe(3_000_000);
  });

  test("the same large image, stored twice at once, takes the room of one", async () => {
    const opened = await nodes.open(2, { blobMaxBytes: 16_000_000 });
    const [first, second] = opened.map(({ blobs }) => blobs) as [BlobStore, BlobStore];
    const image = randomBytes(5_000_000);
    for (let round = 0; round < 4; round++)
      await Promise.all([first, second].map((blobs) => storeImage(blobs, "a", [image], 1e8)));
    const { sha256 } = await storeImage(second, "a", [image], 1e8);
    expect((await first.get({ jobId: "a", sha256 }))?.equals(image)).toBe(true);
  });

  test("memory does not grow with a blob that is put", async () => {
    const { blobs } = await nodes.openOne();
    const piece = Buffer.alloc(65_536, 7);
    let most = 0;
    async function* source() {
      for (let n = 0; n < 2000; n++) {
        most = Math.max(most, process.memoryUsage().arrayBuffers);
        if (n % 100 === 0) gc?.();
        yield piece;
      }
    }
    gc?.();
    const before = process.memoryUsage().arrayBuffers;
    const { bytes } = await storeImage(blobs, "a", source(), 1e9);
    expect(bytes).toBe(2000 * piece.length);
    expect(most - before).toBeLessThan(40e6);
    await blobs.delete("a");
  });

  test("the jobs that have images are listed page by page", async () => {
    const { blobs } = await nodes.openOne();
    await storeImage(blobs, "first", [Buffer.from("image")], 1e6);
    await storeImage(blobs, "last", [Buffer.from("image")], 1e6);
    // More than the server puts into one answer. Stored directly, since that is all that is to be tested.
    const [connection, count] = [await connect({ servers: nodes.server.url }), 100_000];
    const client = connection.jetstream();
    for (let n = 0; n < count; n++) {
      const subject = `${nodes.lastPrefix}.blobs.job${n % 3}.${n}`;
      // The server drops what is sent to a stream that has more than 10,000 messages to store yet.
      if (n % 2000 === 1999) await client.publish(subject, "image");
      else connection.publish(subject, "image");
    }
    const { streams } = await connection.jetstreamManager();
    expect((await streams.info(`${nodes.lastPrefix}-blobs`)).state.messages).toBe(count + 2);
    await connection.close();
    const ids: string[] = [];
    for await (const id of blobs.jobIds()) ids.push(id);
    expect(ids).toEqual(["first", "job0", "job1", "job2", "last"]);
  });

  test("settings that changed are applied to the streams there are", async () => {
    const prefix = nodes.newPrefix();
    for (const blobMaxAgeMs of [60_000, 120_000])
      nodes.closedAfterTest(await openJetStream(nodes.server.url, { prefix, leaseMs, blobMaxAgeMs }));
    const connection = await connect({ servers: nodes.server.url });
    const { config } = await (await connection.jetstreamManager()).streams.info(`${prefix}-blobs`);
    await connection.close();
    expect(config.max_age).toBe(120_000_000_000);
  });
});
