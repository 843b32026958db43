/**
 * Tests whether NeDB, through moleculer-db's adapter, can store durable jobs; the outcome is in
 * `docs/decisions/2026-11-21-sqlite-instead-of-nedb.md`.
 *
 *   node scripts/run.mjs node bench/nedb.ts [images] [kills]
 *
 * 1. Kills a process that changes images' states and stores their events; counts changes without an event and events
 *    without a change. 2. Writes that many images and twice as many events; measures rate, start-up and memory.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import moleculerDb from "moleculer-db";

interface Adapter {
  init(broker: object, service: object): void;
  connect(): Promise<void>;
  insertMany(entities: object[]): Promise<unknown>;
  updateById(id: string, update: object): Promise<unknown>;
  insert(entity: object): Promise<unknown>;
  find(filters: object): Promise<Record<string, unknown>[]>;
}

async function openAdapter(filename: string): Promise<Adapter> {
  const { MemoryAdapter } = moleculerDb as unknown as { MemoryAdapter: new (options: object) => Adapter };
  const adapter = new MemoryAdapter({ filename });
  adapter.init({}, {});
  await adapter.connect();
  return adapter;
}

function imageOf(index: number) {
  const sha256 = "c0ffee".repeat(11).slice(0, 64);
  return { _id: `job/${index}`, jobId: "job", index, fileName: `${index}.jpg`, sha256, state: "pending", attempts: 0 };
}

async function change(images: Adapter, events: Adapter, index: number, state: string): Promise<void> {
  await images.updateById(`job/${index}`, { $set: { state, result: { faces: [[67, 67, 118, 118]], width: 250 } } });
  const data = { ...imageOf(index), state };
  await events.insert({ _id: `job.${index}.${state}`, type: `dev.sightline.image.${state}`, data });
}

async function writer(folder: string, count: number): Promise<void> {
  const [images, events] = await Promise.all([
    openAdapter(join(folder, "images")),
    openAdapter(join(folder, "events")),
  ]);
  await images.insertMany(Array.from({ length: count }, (_, index) => imageOf(index)));
  process.stdout.write("writing\n");
  for (let index = 0; index < count; index++) await change(images, events, index, "done");
}

function startChild(...args: string[]): ChildProcess {
  return spawn(process.execPath, [import.meta.filename, ...args], { stdio: ["ignore", "pipe", "inherit"] });
}

async function measureKills(kills: number): Promise<void> {
  let torn = 0;
  for (let kill = 0; kill < kills; kill++) {
    const folder = mkdtempSync(join(tmpdir(), "sightline-nedb-"));
    const child = startChild("writer", folder, "20000");
    const exited = once(child, "exit");
    if (child.stdout) await once(createInterface(child.stdout), "line");
    await sleep(50 + Math.random() * 300);
    child.kill("SIGKILL");
    await exited;
    const images = await openAdapter(join(folder, "images"));
    const events = await openAdapter(join(folder, "events"));
    const done = (await images.find({ query: { state: "done" } })).length;
    if (done !== (await events.find({})).length) torn += 1;
    rmSync(folder, { recursive: true });
  }
  console.log(`kill -9: ${torn} of ${kills} left a change without its event`);
}

async function measureSize(count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sightline-nedb-"));
  const [images, events] = await Promise.all([
    openAdapter(join(folder, "images")),
    openAdapter(join(folder, "events")),
  ]);
  await images.insertMany(Array.from({ length: count }, (_, index) => imageOf(index)));
  const before = process.cpuUsage();
  const startedAt = performance.now();
  for (let index = 0; index < count; index++)
    for (const state of ["running", "done"]) await change(images, events, index, state);
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(before);
  const cpuMs = (user + system) / 1000 / (2 * count);
  console.log(`a change with its event: ${cpuMs.toFixed(3)} ms CPU, ${Math.round((2 * count) / seconds)} per second`);
  const bytes = ["images", "events"].reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  console.log(`files: ${(bytes / 1e6).toFixed(0)} MB for ${count} images, ${2 * count} events`);
  await once(
    startChild("reader", folder)
      .on("spawn", () => {})
      .stdout?.pipe(process.stdout) ?? process,
    "unpipe",
  );
  rmSync(folder, { recursive: true });
}

async function reader(folder: string): Promise<void> {
  const startedAt = performance.now();
  const adapters = await Promise.all([openAdapter(join(folder, "images")), openAdapter(join(folder, "events"))]);
  const seconds = (performance.now() - startedAt) / 1000;
  const megabytes = process.memoryUsage().rss / 1e6;
  console.log(`start: ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB of memory for ${adapters.length} files`);
}

const [first = "100000", second = "20", third] = process.argv.slice(2);
if (first === "writer") await writer(second, Number(third));
else if (first === "reader") await reader(second);
else {
  await measureKills(Number(second));
  await measureSize(Number(first));
}
