/**
 * Measures what the images of a request cost on the network: NATS's own count of bytes, with each service in another
 * process.
 */
import { randomBytes } from "node:crypto";
import { connect } from "nats";
import { expect } from "vitest";
import { form, golden, type JobClient, type NamedFile } from "./job-client.ts";
import type { NatsServer } from "./nats-server.ts";

/** Tolerance for all messages besides the images. */
export const TOLERANCE = 0.1;

type SentImage = NamedFile & { readonly faces: readonly (readonly number[])[] };

/** The golden images with noise after their end, which decoders ignore. */
export function padded(count: number, bytes: number): SentImage[] {
  return Array.from({ length: count }, (_, index) => {
    const { faces, bytes: file } = golden[index % golden.length] as (typeof golden)[number];
    return { name: `${index}.jpg`, faces, bytes: new Uint8Array(Buffer.concat([file, randomBytes(bytes)])) };
  });
}

// Some are larger than a message of NATS may be.
export const images = [...padded(10, 300_000), ...padded(2, 1_500_000)];
// As large as photos of faces usually are. They fill three packs.
export const small = padded(64, 6_000);
const facesOf = (sent: readonly SentImage[]) => sent.map((image) => image.faces);

interface Traffic {
  /** Received bytes as a multiple of the images' bytes. */
  readonly received: number;
  readonly sent: number;
}

/** Bytes that a NATS server received and sent during the work. */
export async function trafficOf(monitorPort: number, work: () => Promise<unknown>, sent = images): Promise<Traffic> {
  const imageBytes = sent.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const read = async () => {
    const response = await fetch(`http://127.0.0.1:${monitorPort}/varz`);
    return (await response.json()) as { in_bytes: number; out_bytes: number };
  };
  const before = await read();
  await work();
  const after = await read();
  return {
    received: (after.in_bytes - before.in_bytes) / imageBytes,
    sent: (after.out_bytes - before.out_bytes) / imageBytes,
  };
}

/** Number of JetStream messages that contain the images of a job. */
export async function storedMessages({ url }: NatsServer, jobId: string): Promise<number> {
  const connection = await connect({ servers: url });
  const { streams } = await connection.jetstreamManager();
  const { state } = await streams.info("sightline-blobs", { subjects_filter: `sightline.blobs.${jobId}.>` });
  await connection.close();
  return Object.keys(state.subjects ?? {}).length;
}

export async function doJob(client: JobClient): Promise<void> {
  const { id } = await client.create(images);
  await finish(client, id, images);
}

export async function finish(client: JobClient, id: string, sent: readonly SentImage[]): Promise<void> {
  expect(await client.finished(id)).toMatchObject({ state: "succeeded" });
  expect((await client.results(id)).map(({ result }) => result?.faces)).toEqual(facesOf(sent));
}

export async function doProcess(client: JobClient): Promise<void> {
  const { status, body } = await client.post("/process", form(images));
  expect([status, body.images.map((image: SentImage) => image.faces)]).toEqual([200, facesOf(images)]);
}

export async function lookAtImages(client: JobClient, id: string, sent = images): Promise<void> {
  for (const [index, { bytes }] of sent.entries()) {
    const response = await fetch(`${client.url}/v1/jobs/${id}/images/${index}/picture`);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  }
}

/** Requests the images like a client that already has them, or asks what there is. */
export async function lookAgain(client: JobClient, id: string): Promise<void> {
  for (const [index, { bytes }] of images.entries()) {
    const path = `/v1/jobs/${id}/images/${index}/picture`;
    expect((await client.get(path, { "If-None-Match": "*" })).status).toBe(304);
    const { status, headers } = await fetch(client.url + path, { method: "HEAD" });
    expect([status, headers.get("content-length")]).toEqual([200, String(bytes.length)]);
  }
}

/** The lower bound matters too: without it, images that are not counted at all would pass. */
export function expectTimes(times: number, { received, sent }: Pick<Traffic, "received" | "sent">): void {
  for (const crossed of [received, sent]) {
    expect(crossed).toBeGreaterThanOrEqual(times);
    expect(crossed).toBeLessThanOrEqual(times * (1 + TOLERANCE));
  }
}
