/** What the service has acknowledged, and whether it is there in the end. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Json } from "../hostile/history.ts";
import type { golden, NamedFile } from "../support/job-client.ts";
import type { SoakClient } from "./client.ts";

type Golden = (typeof golden)[number];

interface AcceptedJob {
  readonly images: readonly (Golden | NamedFile)[];
  readonly isCancelled: boolean;
  readonly hasCallback: boolean;
}

const FINISH_WITHIN_MS = 120_000;
const ENDS = ["succeeded", "partially_failed", "failed", "cancelled"];

export class Ledger {
  readonly jobs = new Map<string, AcceptedJob>();
  /** The least number of images that a session has, by its key. */
  readonly sessions = new Map<string, number>();
  readonly collections = new Set<string>();
  readonly uploads = new Set<string>();
  readonly faults: string[] = [];

  mayBeCancelled(id: string): void {
    const job = this.jobs.get(id);
    if (job) this.jobs.set(id, { ...job, isCancelled: true });
  }

  /** @param receipts In the order of the images; there may be more. */
  checkExact(where: string, images: readonly Golden[], receipts: readonly Json[]): void {
    for (const [index, { name, faces }] of images.entries()) {
      const receipt = receipts[index];
      if (!receipt?.problem && JSON.stringify(receipt?.faces) !== JSON.stringify(faces))
        this.faults.push(`${where}: ${name} has ${JSON.stringify(receipt)}`);
    }
  }

  /** Each is later than the one before. An erased owner leaves gaps. */
  checkSequences(sequences: readonly number[]): void {
    for (const [index, sequence] of sequences.entries())
      if (index > 0 && sequence <= (sequences[index - 1] ?? 0))
        this.faults.push(`a stream has ${sequence} after ${sequences[index - 1]}`);
  }

  /**
   * All that was acknowledged exists, and is over.
   * @param delivered Subjects of the jobs of which a webhook told how they ended.
   */
  async checkAll(client: SoakClient, delivered: () => ReadonlySet<string>): Promise<void> {
    const deadline = performance.now() + FINISH_WITHIN_MS;
    for (const [id, accepted] of this.jobs) {
      let job = await client.send("GET /v1/jobs/{id}", `/v1/jobs/${id}`);
      for (; !ENDS.includes(job?.body.state) && performance.now() < deadline; await sleep(200))
        job = await client.send("GET /v1/jobs/{id}", `/v1/jobs/${id}`);
      await this.#checkJob(client, id, accepted, job?.body.state);
      const hasTold = () => delivered().has(`jobs/${id}`);
      while (accepted.hasCallback && !hasTold() && performance.now() < deadline) await sleep(200);
      if (accepted.hasCallback && !hasTold()) this.faults.push(`no webhook tells how ${id} ended`);
    }
    for (const [key, encoded] of this.sessions) {
      const summary = await client.send("GET /summary", "/summary", { headers: { key } });
      const stored = summary?.body.image_encodings?.length;
      if (!(stored >= encoded)) this.faults.push(`a session has ${stored} of ${encoded} images`);
    }
    for (const name of this.collections) {
      const found = await client.send("GET /v1/collections/{name}", `/v1/collections/${name}`);
      if (found?.status !== 200) this.faults.push(`the collection ${name} is gone: ${found?.status}`);
    }
    for (const id of this.uploads) {
      const found = await client.send("GET /face_encoding/{id}", `/face_encoding/${id}/`);
      if (found?.body.status !== "completed") this.faults.push(`the upload ${id} is ${JSON.stringify(found?.body)}`);
    }
  }

  async #checkJob(client: SoakClient, id: string, { images, isCancelled }: AcceptedJob, state: string): Promise<void> {
    const isGood = (image: Golden | NamedFile): image is Golden => "faces" in image;
    const expected = images.every(isGood) ? "succeeded" : "partially_failed";
    if (state !== expected && !(isCancelled && state === "cancelled")) this.faults.push(`${id} is ${state}`);
    if (state === "cancelled") return;
    const results = await client.send("GET /v1/jobs/{id}/results", `/v1/jobs/${id}/results`);
    const receipts: Json[] = results?.body.items ?? [];
    if (receipts.length !== images.length) this.faults.push(`${id} has ${receipts.length} of ${images.length} images`);
    const isRight = images.every((image, index) =>
      isGood(image)
        ? JSON.stringify(receipts[index]?.result?.faces) === JSON.stringify(image.faces)
        : receipts[index]?.state === "failed",
    );
    if (!isRight) this.faults.push(`${id} has other results than its images`);
  }
}
