/** Makes the faults of a schedule happen to a cluster, one after the other and some at the same time. */
import { closeSync, existsSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { HostileCluster } from "./cluster.ts";
import { DATABASE, type Fault, hostsOf, type Planned } from "./faults.ts";
import type { Recorder } from "./history.ts";

const CHUNK = Buffer.alloc(2 ** 20);
const READY_WITHIN_MS = 300_000;

/**
 * Faults of the same host that stop its process, or fill its disk, wait for each other. Resolves when all are over and
 * the cluster is whole.
 * @param isOver Asked before each fault.
 */
export async function inject(
  cluster: HostileCluster,
  schedule: Iterator<Planned, unknown>,
  recorder: Recorder,
  isOver: () => boolean,
  log: (text: string) => void,
): Promise<void> {
  const busy = new Map<string, Promise<void>>();
  const all: Promise<void>[] = [];
  while (!isOver()) {
    const { pauseMs, fault } = schedule.next().value as Planned;
    await sleep(pauseMs);
    // What is acknowledged is on two of three disks, at least.
    const isAlone = fault.kind === "lost disk";
    if (isAlone) {
      await Promise.all(all);
      await cluster.whenReady(READY_WITHIN_MS);
    }
    const places = "from" in fault ? [] : hostsOf(fault);
    const before = Promise.all(places.map((host) => busy.get(host)));
    const happening = before.then(async () => {
      const startMs = recorder.now();
      log(`${(startMs / 1000).toFixed(1)} s ${JSON.stringify(fault)}`);
      await happen(cluster, fault);
      recorder.add({ kind: "fault", fault, startMs, endMs: recorder.now() });
    });
    for (const host of places) busy.set(host, happening);
    all.push(happening);
    // One after the other, if they would pile up.
    await (isAlone ? happening : before);
  }
  await Promise.all(all);
}

async function happen(cluster: HostileCluster, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case "killed":
      await Promise.all(fault.hosts.map((host) => kill(cluster, host, fault.ms)));
      return;
    case "frozen":
      return freeze(cluster, fault.host, fault.ms);
    case "restarted":
      for (const host of fault.hosts) await cluster.nodes.get(host)?.restart();
      return;
    case "clock": {
      writeFileSync(cluster.clockOf(fault.host), String(fault.shiftMs));
      await sleep(fault.ms);
      return rmSync(cluster.clockOf(fault.host));
    }
    case "full disk":
      return fill(cluster, fault.host, fault.ms);
    case "lost disk":
      await cluster.nats.get(fault.host)?.replace(fault.ms);
      return cluster.whenReady(READY_WITHIN_MS);
    default: {
      const { kind, from, to, isOneWay, ms } = fault;
      const ends = [cluster.network.harm(kind, from, to)];
      if (!isOneWay) ends.push(cluster.network.harm(kind, to, from));
      await sleep(ms);
      for (const end of ends) end();
    }
  }
}

async function kill({ nodes, nats, database }: HostileCluster, host: string, pauseMs: number): Promise<void> {
  if (host === DATABASE) {
    await database.kill();
    await sleep(pauseMs);
    return database.restart();
  }
  await (nodes.get(host)?.kill(pauseMs) ?? nats.get(host)?.restart("SIGKILL", pauseMs));
}

async function freeze({ nodes, nats, database }: HostileCluster, host: string, ms: number): Promise<void> {
  const child = host === DATABASE ? database.process : (nodes.get(host)?.current ?? nats.get(host))?.process;
  child?.kill("SIGSTOP");
  await sleep(ms);
  child?.kill("SIGCONT");
}

/**
 * No byte is left on the disk for a while. A NATS server may have stopped JetStream for it, so an operator restarts it
 * when there is room again. Such a server does not always end when
 * it is asked to.
 */
async function fill(cluster: HostileCluster, host: string, ms: number): Promise<void> {
  const file = join(cluster.diskOf(host), "filler");
  const deadline = performance.now() + ms;
  const descriptor = openSync(file, "w");
  while (performance.now() < deadline) {
    // Again and again: what the server deletes leaves room.
    while (writesSome(descriptor));
    await sleep(100);
  }
  closeSync(descriptor);
  if (existsSync(file)) rmSync(file);
  if (host !== DATABASE) await cluster.nats.get(host)?.restart("SIGKILL");
}

/** @returns false if there is no room for another byte. */
function writesSome(descriptor: number): boolean {
  for (const chunk of [CHUNK, CHUNK.subarray(0, 4096)]) {
    try {
      writeSync(descriptor, chunk);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
  }
  return false;
}
