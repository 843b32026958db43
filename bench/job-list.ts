/**
 * Measures the time for a page of jobs among many, on SQLite and on MongoDB (or a compatible server), for several
 * queries: in the store alone, and through the API. For SQLite, also reports whether a query reads a whole table.
 *
 *   [MONGO_URL=…] node scripts/run.mjs node bench/job-list.ts [jobs] [sqlite|mongo]
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openEmbedded } from "../lib/backends/embedded.ts";
import { openMongo } from "../lib/backends/mongo/mongo.ts";
import { jobQuery } from "../lib/backends/sqlite/job-query.ts";
import type { Job } from "../lib/jobs/job.ts";
import { createJob } from "../lib/jobs/transitions.ts";
import type { JobPageRequest, JobStore } from "../lib/ports/job-store.ts";
import { ADMIN_KEY } from "../test/support/key-client.ts";
import { startMongoServer } from "../test/support/mongo-server.ts";
import { startNatsServer } from "../test/support/nats-server.ts";
import { startService } from "../test/support/service.ts";

const jobs = Number(process.argv[2] ?? 100_000);
const only = process.argv[3];
const AT_ONCE = 500;
const ROUNDS = 5;
const PAGE = 26;
const START_MS = Date.now() - jobs * 10_000;
const at = (n: number) => new Date(START_MS + n * 10_000).toISOString();

/**
 * One job in a hundred has failed, and one in a thousand is not executed yet. There are ten owners, one of whom has few
 * jobs.
 */
function jobOf(n: number): Job {
  const owner = n % 997 === 0 ? "few" : `owner-${n % 9}`;
  const labels = { camera: `camera-${n % 500}`, site: `site-${n % 5}` };
  const model = n % 2000 === 0 ? "objects" : "faces-haar";
  const { next } = createJob({ id: randomUUID(), model, labels, owner, priority: n % 10 }, at(n));
  if (n % 1000 === 1) return next;
  const state = n % 100 === 1 ? "failed" : "succeeded";
  const counts = { total: 1, pending: 0, running: 0, done: 1, failed: 0 };
  return { ...next, state, finishedAt: at(n), finalImages: counts };
}

/** @returns the id of one of the jobs. */
async function fill(store: JobStore): Promise<string> {
  let id = "";
  for (let n = 0; n < jobs; n += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, jobs - n) }, (_, more) => jobOf(n + more));
    await Promise.all(some.map((next) => store.insertJob({ next, events: [] }, [])));
    if (n === 0) id = some[7]?.id ?? "";
  }
  return id;
}

function requests(id: string): Record<string, JobPageRequest> {
  const of = (filter: JobPageRequest["filter"], more: Partial<JobPageRequest> = {}) => ({
    limit: PAGE,
    ...(filter && { filter }),
    ...more,
  });
  return {
    newest: of({}),
    "a state": of({ states: ["failed"] }),
    "three states": of({ states: ["created", "queued", "running"] }),
    "a rare model": of({ model: "objects" }),
    "a common model, a rare state": of({ model: "faces-haar", states: ["created"] }),
    "a label": of({ labels: { camera: "camera-77" } }),
    "two labels": of({ labels: { site: "site-2", camera: "camera-77" } }),
    "a label, a state": of({ labels: { site: "site-1" }, states: ["failed"] }),
    "an owner": of({ owner: "few" }),
    "an owner, a state": of({ owner: "few", states: ["failed"] }),
    "an owner, a common model": of({ owner: "few", model: "faces-haar" }),
    "an hour": of({ createdFrom: at(jobs / 2), createdBefore: at(jobs / 2 + 360) }),
    "the beginning of an id": of({ idPrefix: id.slice(0, 8) }),
    "by priority": of({}, { sort: { by: "priority", descending: true } }),
    "an owner, by priority": of({ owner: "owner-1" }, { sort: { by: "priority", descending: true } }),
  };
}

/** Number of jobs on a page through the API, as the dashboard of an administrator requests it. */
async function pageOfApi(url: string, { limit, filter = {}, sort }: JobPageRequest): Promise<number> {
  const { states, labels, owner, ...same } = filter;
  const query = new URLSearchParams({
    limit: String(limit),
    ...same,
    ...(typeof owner === "string" && { owner }),
    ...(states && { state: states.join(",") }),
    ...(labels && {
      labels: Object.entries(labels)
        .map((label) => label.join(":"))
        .join(","),
    }),
    ...(sort && { sort: `${sort.descending ? "-" : ""}${sort.by}` }),
  });
  const response = await fetch(`${url}/v1/jobs?${query}`, { headers: { "x-api-key": ADMIN_KEY } });
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as { items: unknown[] }).items.length;
}

async function measure(
  name: string,
  id: string,
  page: (request: JobPageRequest) => Promise<number>,
  planOf?: (request: JobPageRequest) => string,
): Promise<void> {
  console.log(name);
  for (const [what, request] of Object.entries(requests(id))) {
    const outcome = await timeOf(() => page(request)).catch((error: Error) => error.message);
    console.log(`  ${what.padEnd(30)} ${outcome}${planOf ? `  ${planOf(request)}` : ""}`);
  }
}

async function timeOf(page: () => Promise<number>): Promise<string> {
  const times: number[] = [];
  let found = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    found = await page();
    times.push(performance.now() - start);
  }
  const median = times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] as number;
  return `${median.toFixed(1).padStart(8)} ms, ${found} jobs`;
}

const pageOf = (store: JobStore) => async (request: JobPageRequest) => (await store.listJobs(request)).items.length;

async function measureApi(name: string, id: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const service = await startService({ ADMIN_KEY, JOB_RETENTION_MS: "31536000000", ...environment });
  await measure(`${name}, through the API`, id, (request) => pageOfApi(service.url, request));
  await service.stop();
}

if (only !== "mongo") {
  const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));
  const { store, close } = await openEmbedded({ folder, leaseMs: 60_000 });
  const plan = (request: JobPageRequest) => {
    const reader = new DatabaseSync(join(folder, "sightline.db"), { readOnly: true });
    const { sql, values } = jobQuery(request);
    const steps = reader.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
    reader.close();
    return [...new Set(steps.map(({ detail }) => String(detail)))]
      .filter((text) => /SCAN|SEARCH|TEMP/.test(text))
      .join("; ");
  };
  const id = await fill(store);
  await measure("SQLite", id, pageOf(store), plan);
  await close();
  await measureApi("SQLite", id, { DATA_DIR: folder });
  rmSync(folder, { recursive: true });
}
if (only !== "sqlite") {
  const server = await startMongoServer();
  if (!server) process.exit(1);
  const nats = await startNatsServer();
  const database = `bench-${randomUUID().slice(0, 8)}`;
  const { store, close } = await openMongo(server.url, { database });
  const id = await fill(store);
  await measure(server.name, id, pageOf(store));
  await close();
  await measureApi(server.name, id, { NATS_URL: nats.url, MONGO_URL: server.url, CLUSTER_NAME: database });
  await nats.stop();
  await server.stop();
}
