import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Database } from "../../lib/backends/sqlite/database.ts";
import { SqliteWebhookStore } from "../../lib/backends/sqlite/webhook-store.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";

const JOBS = 40;
const STATES = ["created.0", "queued.1", "running.2", "succeeded.3"];
const KILL_AT = [3, 20, 41, 77, 120];

let folder: string;
let receiver: Receiver;
let sender: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sightline-webhooks-"));
});
afterEach(async () => {
  await kill();
  await receiver.stop();
  rmSync(folder, { recursive: true });
});

async function kill(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
  const killed = sender;
  sender = undefined;
  if (!killed || killed.exitCode !== null || killed.signalCode !== null) return;
  killed.kill(signal);
  await once(killed, "exit");
}

function start(path: string): void {
  sender = spawn(process.execPath, [join(import.meta.dirname, "sender-process.ts"), path, receiver.url, String(JOBS)], {
    stdio: "inherit",
  });
}

it("loses nothing and keeps each job's order when its process is killed again and again", {
  timeout: 300_000,
}, async () => {
  const path = join(folder, "webhooks.db");
  let failures = 0;
  const accepted: string[] = [];
  let killAt = Number.POSITIVE_INFINITY;
  receiver = await startReceiver((response, { headers }) => {
    // Every fifth attempt fails, so that there are webhooks to be tried again at every kill.
    const isRefused = receiver.received.length % 5 === 0;
    if (isRefused) failures++;
    else accepted.push(headers["webhook-id"] as string);
    response.writeHead(isRefused ? 500 : 204).end();
    // At once: a fast machine is done with the rest while somebody looks how far it is.
    if (new Set(accepted).size >= killAt) sender?.kill("SIGKILL");
  });
  for (killAt of KILL_AT) {
    start(path);
    await once(sender as ChildProcess, "exit");
    await kill();
  }
  killAt = Number.POSITIVE_INFINITY;
  const beforeLast = new Set(accepted).size;
  expect(beforeLast).toBeLessThan(JOBS * STATES.length);
  start(path);
  await expect.poll(() => new Set(accepted).size).toBe(JOBS * STATES.length);
  expect(failures).toBeGreaterThan(0);

  for (let n = 0; n < JOBS; n++) {
    const ofJob = accepted.filter((id) => id.startsWith(`job${n}.`));
    // Only the one under way at a kill comes twice, and then at once: nothing goes back in the order.
    const places = ofJob.map((id) => STATES.indexOf(id.slice(`job${n}.`.length)));
    expect(places).toEqual(places.toSorted());
    expect(new Set(places).size).toBe(STATES.length);
  }
  // At most those under way at each kill.
  expect(accepted.length - JOBS * STATES.length).toBeLessThanOrEqual(KILL_AT.length * 4);

  // Nothing is left for another start.
  await kill("SIGTERM");
  const database = await Database.open({ folder: path });
  const store = new SqliteWebhookStore(database);
  expect(await store.nextDue("9999")).toBeUndefined();
  expect(await store.position()).toMatchObject({ sequence: JOBS * STATES.length });
  expect(await store.listFailed({ limit: 9 })).toEqual([]);
  await database.close();
});
