/** Client of `/v1/jobs` that also returns status and headers. */
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { Job, JobImage } from "../../lib/contracts/job.ts";
import type { LoggedEvent } from "../../lib/ports/event-log.ts";
import { goldenImages } from "./shared-data.ts";
import { until } from "./until.ts";

export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The five LFW images with their content. */
export const golden = goldenImages().map((image) => ({
  ...image,
  bytes: new Uint8Array(readFileSync(image.path)),
}));

/** The given number of images, cycling through the five. */
export const manyGolden = (count: number) =>
  Array.from({ length: count }, (_, index) => golden[index % golden.length] as (typeof golden)[number]);

/** The first golden image with a command for `crashing.worker.ts` appended, which decoders ignore. */
export function commandFile(command: string): NamedFile & { readonly faces: readonly (readonly number[])[] } {
  const [image] = golden as [(typeof golden)[number]];
  const bytes = Buffer.concat([image.bytes, Buffer.from(`\ntest: ${command}`)]);
  return { name: `${command}.jpg`, bytes, faces: image.faces };
}

export const badFile: NamedFile = { name: "bad.jpg", bytes: new TextEncoder().encode("no image") };

export function form(files: readonly NamedFile[]): FormData {
  const data = new FormData();
  for (const { name, bytes } of files) data.append("images", new Blob([bytes]), name);
  return data;
}

/** Waits until a job that is created next is newer. Jobs of one millisecond are listed in any order. */
export function whenPast({ createdAt }: Pick<Job, "createdAt">): Promise<void> {
  return until(() => Date.now() > Date.parse(createdAt));
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export type SequencedEvent = LoggedEvent["event"] & { readonly sequence: number };
type Page<T> = { items: T[]; nextCursor?: string };
type Fields = Record<string, string>;

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of all kinds
export type Json = any;

export class JobClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async send<T = Json>(method: string, path: string, init: Omit<RequestInit, "method"> = {}): Promise<Answer<T>> {
    const response = await fetch(this.url + path, { method, ...init });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "") && !text.includes("}\n");
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  get<T = Json>(path: string, headers: Fields = {}): Promise<Answer<T>> {
    return this.send("GET", path, { headers });
  }

  post<T = Json>(path: string, body?: RequestInit["body"], headers: Fields = {}): Promise<Answer<T>> {
    return this.send("POST", path, { headers, ...(body && { body }) });
  }

  postJson<T = Json>(path: string, value: unknown, headers: Fields = {}): Promise<Answer<T>> {
    return this.post(path, JSON.stringify(value), { "Content-Type": "application/json", ...headers });
  }

  /** Creates a job from files. The service must accept it. */
  async create(files: readonly NamedFile[], query = "", headers: Fields = {}): Promise<Job> {
    const { status, body } = await this.post(`/v1/jobs${query}`, form(files), headers);
    expect(status, JSON.stringify(body)).toBe(query.includes("execute=false") ? 201 : 202);
    return body;
  }

  async job(id: string): Promise<Job> {
    const { status, body } = await this.get(`/v1/jobs/${id}`);
    expect(status).toBe(200);
    return body;
  }

  /** Waits until the job has finished. */
  async finished(id: string): Promise<Job> {
    for (;;) {
      await this.get(`/v1/jobs/${id}/results?limit=1&wait=60`);
      const job = await this.job(id);
      if (job.finishedAt !== undefined) return job;
    }
  }

  /** All images of a job, fetched page by page. */
  async results(id: string, limit = 1000): Promise<JobImage[]> {
    return this.#pages(`/v1/jobs/${id}/results?limit=${limit}`);
  }

  jobs(query: string): Promise<Job[]> {
    return this.#pages(`/v1/jobs?${query}`);
  }

  deadLetters(): Promise<(JobImage & { jobId: string })[]> {
    return this.#pages("/v1/dead-letters?limit=2");
  }

  /** All events of one job, or of all jobs. */
  async events(jobId?: string, limit = 1000): Promise<SequencedEvent[]> {
    const path = jobId ? `/v1/jobs/${jobId}/events` : "/v1/events";
    const events: SequencedEvent[] = [];
    for (let after = 0; ; ) {
      const { body } = await this.get(`${path}?after=${after}&limit=${limit}`);
      events.push(...body.items);
      if (body.items.length === 0) return events;
      after = body.next;
    }
  }

  /**
   * Reads a metric from `/metrics`.
   * @param name The name with its labels, as Prometheus writes them.
   * @returns 0 if nothing was counted for it.
   */
  async metric(name: string): Promise<number> {
    const { body } = await this.get<string>("/metrics");
    const line = body.split("\n").find((text) => text.startsWith(`${name} `));
    return Number(line?.slice(name.length) ?? 0);
  }

  async #pages<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const { status, body } = await this.get<Page<T>>(path + page);
      expect({ status, body }).toMatchObject({ status: 200 });
      items.push(...body.items);
      if (body.nextCursor === undefined) return items;
      cursor = body.nextCursor;
    }
  }
}
