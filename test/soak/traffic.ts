/** Clients of all kinds, each of which goes on until the run is over. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { faultOf } from "../fuzz/images/answer-check.ts";
import { ImageGenerator } from "../fuzz/images/generator.ts";
import { EventSourceReader } from "../support/event-source.ts";
import { badFile, form, golden, type NamedFile } from "../support/job-client.ts";
import type { Random } from "../support/random.ts";
import { openPost } from "../support/raw-request.ts";
import type { SoakClient } from "./client.ts";
import type { Ledger } from "./ledger.ts";

export interface Traffic {
  readonly client: SoakClient;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly seed: number;
  /** Where webhooks go. */
  readonly receiver: string;
  /** Whether the service has all models that ship with it. */
  readonly hasModels: boolean;
}

type Kind = (traffic: Traffic) => Promise<void>;

const PAUSE_MS = 250;
const FUZZED = 8;
/** Jobs that a client keeps before it deletes the oldest. */
const MOST_JOBS = 60;

const some = (random: Random) => Array.from({ length: random.integer(1, 6) }, () => random.pick(golden));

/** Good images at once are exact, and in between come some of a fuzzer. */
const process: Kind = async ({ client, random, hasModels, ledger, seed }) => {
  const generator = new ImageGenerator(seed);
  for (let next = 0; !client.isOver; await sleep(PAUSE_MS)) {
    const images = some(random);
    const fuzzed: NamedFile[] = random.chance(0.5)
      ? Array.from({ length: FUZZED }, () => generator.image(next++)).map(({ name, file }) => ({
          name,
          bytes: new Uint8Array(file),
        }))
      : [];
    const answer = await client.send("POST /process", "/process", { body: form([...images, ...fuzzed]) });
    if (answer?.status === 200) ledger.checkExact("/process", images, answer.body.images);
    for (const receipt of answer?.status === 200 ? answer.body.images.slice(images.length) : []) {
      const fault = faultOf(receipt);
      // Those that wait for a thread when the process is killed have a documented 503.
      if (fault && receipt.problem?.status !== 503) client.faults.push(`/process: ${fault}`);
    }
    if (hasModels) {
      const path = "/process?models=classify,objects,faces-yunet";
      await client.send("POST /process", path, { body: form([random.pick(golden)]) });
    }
  }
};

/** Jobs: some are cancelled, and the oldest are deleted. */
const jobs: Kind = async ({ client, ledger, random, receiver }) => {
  const kept: string[] = [];
  while (!client.isOver) {
    const images = random.chance(0.1) ? [...some(random), badFile] : some(random);
    const callback = random.chance(0.5) ? `?callbackUrl=${encodeURIComponent(receiver)}` : "";
    const answer = await client.insist("POST /v1/jobs", `/v1/jobs${callback}`, { body: form(images) }, randomUUID());
    const id: string | undefined = answer?.status === 202 ? answer.body.id : undefined;
    if (id === undefined) {
      client.faults.push(`a job was not accepted: ${answer?.status}`);
      continue;
    }
    ledger.jobs.set(id, { images, isCancelled: false, hasCallback: callback !== "" });
    kept.push(id);
    if (random.chance(0.1)) {
      const cancelled = await client.send("POST /v1/jobs/{id}/cancel", `/v1/jobs/${id}/cancel`);
      if (cancelled?.status !== 409) ledger.mayBeCancelled(id);
    }
    await client.send("GET /v1/jobs/{id}/results", `/v1/jobs/${id}/results?wait=60`);
    await client.send("GET /v1/jobs/{id}/events", `/v1/jobs/${id}/events`);
    if (kept.length > MOST_JOBS) {
      const oldest = kept.shift() as string;
      ledger.jobs.delete(oldest);
      await client.insist("DELETE /v1/jobs/{id}", `/v1/jobs/${oldest}`, {}, randomUUID());
    }
    await sleep(PAUSE_MS);
  }
};

/** Sessions with encodings; most are erased again. */
const sessions: Kind = async ({ client, ledger, random, hasModels }) => {
  while (!client.isOver && hasModels) {
    const key: string | undefined = (await client.send("GET /session"))?.body?.key;
    if (key !== undefined) {
      let encoded = 0;
      for (const { bytes } of golden.slice(0, random.integer(1, 5))) {
        const headers = { key, "Content-Type": "image/jpeg" };
        const answer = await client.send("POST /encode", "/encode", { body: bytes, headers });
        if (answer?.status === 200) encoded++;
      }
      await client.send("GET /summary", "/summary", { headers: { key } });
      if (random.chance(0.8)) await client.send("DELETE /session", "/session", { headers: { key } });
      else ledger.sessions.set(key, encoded);
    }
    await sleep(4 * PAUSE_MS);
  }
};

/** Collections of faces, which are searched; most are deleted again. */
const collections: Kind = async ({ client, ledger, random, hasModels }) => {
  while (!client.isOver && hasModels) {
    const name = `c${randomUUID()}`;
    const path = `/v1/collections/${name}`;
    const json = { "Content-Type": "application/json" };
    const made = await client.insist(
      "POST /v1/collections",
      "/v1/collections",
      { body: JSON.stringify({ name }), headers: json },
      name,
    );
    if (made?.status === 201) {
      const image = random.pick(golden);
      const headers = { "Content-Type": "image/jpeg" };
      const added = await client.insist(
        "POST /v1/collections/{name}/faces",
        `${path}/faces`,
        { body: image.bytes, headers },
        `${name}-face`,
      );
      await client.send("POST /v1/collections/{name}/search", `${path}/search`, { body: image.bytes, headers });
      if (random.chance(0.7)) await client.send("DELETE /v1/collections/{name}", path);
      else if (added?.status === 201) ledger.collections.add(name);
    }
    await sleep(4 * PAUSE_MS);
  }
};

/** Uploads as one of the older documents has them. */
const uploads: Kind = async ({ client, ledger, random, hasModels }) => {
  while (!client.isOver && hasModels) {
    const image = random.pick(golden);
    const body = new FormData();
    body.append("file", new Blob([image.bytes]), image.name);
    const answer = await client.insist("POST /uploadfile", "/uploadfile/", { body }, randomUUID());
    if (answer?.status === 201) ledger.uploads.add(answer.body.id);
    for (const path of ["/stats", "/bonus"]) await client.send(`GET ${path}`, `${path}/`);
    await sleep(12 * PAUSE_MS);
  }
};

const READ = [
  "/v1/jobs",
  "/v1/dead-letters",
  "/v1/models",
  "/v1/nodes",
  "/v1/statistics",
  "/v1/collections",
  "/v1/whoami",
  "/v1/webhooks/deliveries",
  "/v2",
  "/v2/health/ready",
  "/v2/models/stats",
  "/metrics",
  "/readyz",
  "/healthz",
  "/ping",
  "/problems",
];

/** Whatever can be read. */
const reads: Kind = async ({ client }) => {
  while (!client.isOver)
    for (const path of READ) {
      await client.send(`GET ${path}`);
      await sleep(PAUSE_MS);
    }
};

/** Readers of the stream, which come and go. */
const readers: Kind = async ({ client, ledger, random }) => {
  while (!client.isOver) {
    const stream = await EventSourceReader.open(`${client.url}/v1/events`).catch(() => undefined);
    await sleep(random.integer(1_000, 8_000));
    stream?.close();
    if (stream) ledger.checkSequences(stream.sequences);
    await sleep(PAUSE_MS);
  }
};

/** Clients that send a part of an image and vanish, or that never read their answer. */
const vanishing: Kind = async ({ client, random }) => {
  const body = golden[0]?.bytes ?? new Uint8Array();
  while (!client.isOver) {
    const headers = { "Content-Type": "image/jpeg", "Content-Length": String(body.length) };
    const path = random.chance(0.5) ? "/process" : "/v1/jobs";
    const socket = await openPost(client.url, path, headers).catch(() => undefined);
    socket?.on("error", () => {});
    const isWhole = random.chance(0.5);
    socket?.pause().write(isWhole ? body : body.subarray(0, body.length / 2));
    await sleep(random.integer(100, 3_000));
    socket?.destroy();
  }
};

export const kinds: Readonly<Record<string, Kind>> = {
  process,
  jobs,
  "more jobs": jobs,
  sessions,
  collections,
  uploads,
  reads,
  readers,
  vanishing,
};
