/**
 * A cluster under faults of all kinds: nodes and servers are killed and hang, nodes are cut off from NATS or from the
 * database, a NATS server loses its disk, and the clocks of the two nodes for jobs differ by six seconds. At the end the
 * public API shows that nothing was lost, done twice or put out of order. Images that are sent meanwhile to be processed at
 * once are exact, or have a documented error.
 *
 *   FAULT_SECONDS=180 node scripts/run.mjs vitest run test/cluster/fault-injection.test.ts     the long form
 *
 * `FAULT_SEED` repeats a schedule of faults, `FAULT_VERBOSE` shows them as they happen.
 */
import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isErrorCode } from "../../lib/errors.ts";
import { pause } from "../support/cluster.ts";
import { expectOrder } from "../support/event-order.ts";
import { type Fault, faultSchedule, KINDS } from "../support/fault-schedule.ts";
import { InsistentClient } from "../support/insistent-client.ts";
import { form, golden, JobClient, manyGolden } from "../support/job-client.ts";
import { type Link, startLink } from "../support/link.ts";
import { type NatsCluster, startNatsCluster } from "../support/nats-cluster.ts";
import { type Accepted, expectAllDone, expectCountedActivity, expectWholeLog } from "../support/outcomes.ts";
import { Random } from "../support/random.ts";
import { temporaryFolder } from "../support/service.ts";
import { type SupervisedNodes, startSupervisedNodes } from "../support/supervised-cluster.ts";

const DURATION_MS = 1000 * Number(process.env.FAULT_SECONDS ?? 30);
const FINISH_MS = 300_000;
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
const isVerbose = process.env.FAULT_VERBOSE !== undefined;
const CLIENTS = 3;
/** A client waits before it has more unfinished jobs than this. */
const MOST_UNFINISHED = 6;
const PATIENCE_MS = 15_000;
/** Nodes whose clocks are wrong, by this many milliseconds. */
const shifts: Readonly<Record<string, number>> = { "jobs 1": 3_000, "jobs 2": -3_000 };
const preload = join(import.meta.dirname, "../support/shifted-clock.ts");

let folder: string;
let nats: NatsCluster;
let nodes: SupervisedNodes | undefined;
/** The links of a node to its servers, by the node's name. */
const links = new Map<string, Readonly<Record<"nats" | "database", readonly Link[]>>>();

beforeAll(async () => {
  folder = temporaryFolder();
  // Nodes learn no addresses but those of their links.
  nats = await startNatsCluster(["--no_advertise"]);
  // Leases short enough to run out during the test. Attempts that count are lost to faults, not to images.
  const environment = { STREAM_REPLICAS: "3", LEASE_MS: "5000", IMAGE_TIMEOUT_MS: "20000", MAX_ATTEMPTS: "20" };
  nodes = await startSupervisedNodes(nats.url, environment, 1, settingsOf);
}, 600_000);
afterAll(async () => {
  await nodes?.stop();
  for (const { nats, database } of links.values()) for (const link of [...nats, ...database]) await link.close();
  await nats.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function settingsOf(name: string, mongoUrl: string): Promise<NodeJS.ProcessEnv> {
  const toNats = await Promise.all(nats.servers.map(({ url }) => startLink(url)));
  const toDatabase = await startLink(mongoUrl);
  links.set(name, { nats: toNats, database: [toDatabase] });
  const shift = shifts[name];
  const shiftFile = join(folder, name);
  if (shift !== undefined) writeFileSync(shiftFile, String(shift));
  return {
    NATS_URL: toNats.map(({ port }) => `nats://127.0.0.1:${port}`).join(","),
    MONGO_URL: mongoUrl.replace(new URL(mongoUrl).host, `127.0.0.1:${toDatabase.port}`),
    ...(shift !== undefined && { NODE_OPTIONS: `--import=${preload}`, CLOCK_SHIFT: shiftFile }),
  };
}

/** Keeps submitting jobs, some of them twice at the same time, until the signal. @returns what was accepted, by key. */
async function submitJobs(client: JobClient, name: string, choose: Random, over: AbortSignal) {
  const insistent = new InsistentClient(client, { patienceMs: PATIENCE_MS });
  const accepted = new Map<string, Accepted>();
  const unfinished: string[] = [];
  while (!over.aborted) {
    const key = `${name}-${accepted.size}`;
    const count = choose.chance(0.3) ? choose.integer(40, 100) : choose.integer(1, 8);
    const images = manyGolden(count + 5)
      .slice(choose.integer(0, 4))
      .slice(0, count);
    const repeats = choose.chance(0.25) ? 2 : 1;
    const answers = await Promise.all(Array.from({ length: repeats }, () => insistent.submit(key, images)));
    for (const { id } of answers) expect(id, `the job of ${key}`).toBe(answers[0]?.id);
    accepted.set(key, answers[0] as Accepted);
    unfinished.push((answers[0] as Accepted).id);
    while (unfinished.length >= MOST_UNFINISHED && !over.aborted) {
      if (await hasFinished(client, unfinished[0] as string)) unfinished.shift();
      else await sleep(200);
    }
  }
  return { accepted, insistent };
}

/** Sends images to be processed at once, until the signal. */
async function processAtOnce(client: JobClient, over: AbortSignal): Promise<InsistentClient> {
  const insistent = new InsistentClient(client, { patienceMs: PATIENCE_MS });
  for (; !over.aborted; await sleep(200)) {
    const answer = await insistent.send("/process", golden);
    for (const [index, { problem, faces }] of (answer?.images ?? []).entries())
      if (problem ? !isErrorCode(problem.code) : `${faces}` !== `${golden[index]?.faces}`)
        insistent.undocumented.push(JSON.stringify(answer.images[index]));
  }
  return insistent;
}

/** Also false if there is no answer. */
async function hasFinished(client: JobClient, id: string): Promise<boolean> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const answer = await client.send("GET", `/v1/jobs/${id}`, { signal }).catch(() => undefined);
  if (answer?.status === 200) return answer.body.finishedAt !== undefined;
  // What was acknowledged is there, if anything is.
  expect(answer?.status ?? 503, `the answer for ${id}`).toBeGreaterThanOrEqual(500);
  return false;
}

/** Reads the event log while it grows. @returns what was read, by sequence. */
async function readEvents(client: JobClient, over: AbortSignal): Promise<Map<number, string>> {
  const seen = new Map<number, string>();
  for (let after = 0; !over.aborted; ) {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const path = `/v1/events?after=${after}&limit=1000`;
    const answer = await client.send("GET", path, { signal }).catch(() => undefined);
    for (const event of answer?.status === 200 ? answer.body.items : [])
      seen.set(event.sequence, JSON.stringify(event));
    after = Math.max(after, ...seen.keys());
    await sleep(200);
  }
  return seen;
}

/** Begins faults of the schedule until the time is over and there was one of each kind. Resolves when all are over. */
async function injectFaults(cluster: SupervisedNodes, until: number): Promise<Fault[]> {
  const pauses = new Random(seed + 1);
  const faults: Fault[] = [];
  const inProgress = new Map<string, Promise<void>>();
  let rest = KINDS;
  for (const fault of faultSchedule(seed)) {
    if (Date.now() > until && rest <= 0) break;
    rest--;
    // One that would lose its data is left alone.
    if (fault.kind === "database killed" && !cluster.mongo.keepsData) continue;
    await sleep(pauses.integer(1_000, 3_500));
    // Of three NATS servers one may be missing; interruptions of a link must not overlap.
    const place = placeOf(fault);
    await inProgress.get(place);
    if (isVerbose) console.log(new Date().toISOString(), JSON.stringify(fault));
    inProgress.set(place, happen(cluster, fault));
    faults.push(fault);
  }
  await Promise.all(inProgress.values());
  return faults;
}

function placeOf(fault: Fault): string {
  if (fault.kind === "database killed") return "database";
  if ("server" in fault || fault.kind === "all of nats killed") return "nats";
  return fault.kind === "partition" ? `${fault.node} from ${fault.from}` : `${fault.node} ${fault.kind}`;
}

async function happen({ nodes, mongo }: SupervisedNodes, fault: Fault): Promise<void> {
  if (fault.kind === "database killed") {
    await mongo.restart("SIGKILL");
  } else if (fault.kind === "all of nats killed") {
    await Promise.all(nats.servers.map((server) => server.restart("SIGKILL")));
    await nats.whenHealthy();
  } else if ("server" in fault) {
    const server = nats.servers[fault.server];
    if (!server) throw new Error(`There is no NATS server ${fault.server}.`);
    if (fault.kind === "nats killed") await server.restart("SIGKILL", fault.ms);
    // Only after the others have elected a leader: an empty server might vote for one that lacks what is acknowledged.
    else if (fault.kind === "nats loses its disk") await server.replace(fault.ms);
    else await pause(server, fault.ms);
    await nats.whenHealthy();
  } else if (fault.kind === "partition") {
    const cut = links.get(fault.node)?.[fault.from] ?? [];
    await Promise.all(cut.map((link) => link.interrupt(fault.how, fault.ms)));
  } else {
    const node = nodes.find(({ name }) => name === fault.node);
    if (fault.kind === "kill") await node?.kill();
    else await node?.stall(fault.ms);
  }
}

test("faults of all kinds lose nothing, do nothing twice and change no order", {
  timeout: 2 * DURATION_MS + 2 * FINISH_MS,
}, async (context) => {
  if (!nodes) return context.skip("no database");
  console.info(`FAULT_SEED=${seed} FAULT_SECONDS=${DURATION_MS / 1000}`);
  const client = new JobClient(nodes.url);
  const startedAt = Date.now();
  const over = new AbortController();
  const run = randomUUID();
  const submitting = Array.from({ length: CLIENTS }, (_, number) =>
    submitJobs(client, `${run}-${number}`, new Random(seed + 2 + number), over.signal),
  );
  const reading = readEvents(client, over.signal);
  const processing = processAtOnce(client, over.signal);
  // A client that fails ends the faults too.
  const load = Promise.all([...submitting, reading, processing]);
  const faults = await Promise.race([injectFaults(nodes, startedAt + DURATION_MS), load.then(() => [])]);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  over.abort();
  await load;
  await nodes.whenReady(2);

  const clients = await Promise.all(submitting);
  const accepted = new Map(clients.flatMap((one) => [...one.accepted]));
  const jobs = [...accepted.values()];
  const ids = jobs.map(({ id }) => id);
  const deadline = Date.now() + FINISH_MS;
  for (const id of ids) while (!(await hasFinished(client, id)) && Date.now() < deadline) await sleep(200);
  const lostAttempts = await expectAllDone(client, jobs, ids, 1000);
  expect(await client.deadLetters()).toEqual([]);

  const listed = await client.jobs("limit=100");
  expect(listed.map(({ id }) => id).sort()).toEqual(ids.toSorted());
  for (const [key, { id, images }] of accepted) {
    const { status, body } = await client.post("/v1/jobs", form(images), { "Idempotency-Key": key });
    expect({ status, id: body.id }).toEqual({ status: 202, id });
  }
  expect(await client.jobs("limit=100")).toHaveLength(ids.length);

  await expectWholeLog(client, jobs);
  const events = await client.events();
  expectOrder(events, jobs);
  const texts = new Map(events.map((event) => [event.sequence, JSON.stringify(event)]));
  for (const [sequence, text] of await reading) expect(texts.get(sequence)).toBe(text);
  for (const id of ids) expect(await client.events(id)).toEqual(events.filter(({ data }) => data.jobId === id));

  await expectCountedActivity(client);

  const insistent = [...clients.map((one) => one.insistent), await processing];
  const undocumented = insistent.flatMap((one) => one.undocumented);
  if (undocumented.length > 0) console.error(nodes.nodes.flatMap((node) => node.errors()).join("\n"));
  expect(undocumented).toEqual([]);
  const images = jobs.reduce((sum, { images }) => sum + images.length, 0);
  const counts: Record<string, number> = {};
  for (const { kind } of faults) counts[kind] = (counts[kind] ?? 0) + 1;
  const answers = insistent.map((one) => Object.fromEntries(one.answers));
  const done = { jobs: jobs.length, images, events: events.length, lostAttempts };
  console.info({ seed, seconds, ...done, faults: counts, answers });
});
