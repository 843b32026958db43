/** The clock of a machine was ahead or behind for a while: what becomes of the events of that time, and of others. */
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { eventOf, readAll } from "../ports/sample-events.ts";
import { temporaryFolder } from "../support/service.ts";

const folder = temporaryFolder();
let backends: Backends;
beforeEach(async () => {
  backends = await openEmbedded({ folder, leaseMs: 1000 });
});
afterEach(async () => {
  await backends.close();
  rmSync(folder, { recursive: true });
});

const behind = "1970-01-01T00:00:00.000Z";
const old = "2026-01-01T00:00:00.000Z";
const before = "2026-01-02T00:00:00.000Z";
const young = "2026-01-03T00:00:00.000Z";
const ahead = "2036-01-01T00:00:00.000Z";

async function swept(times: readonly string[]): Promise<string[]> {
  const { log } = backends;
  await log.append(times.map((time, n) => eventOf("job", n, time)));
  while ((await log.sweep(before)) > 0);
  return (await readAll(log)).map(({ event }) => event.time);
}

it("sweeps what is old behind many events of a clock that was ahead, and keeps these until their time", async () => {
  const many = Array.from({ length: 2_500 }, () => ahead);
  expect(await swept([old, ...many, old, young, ...many, old, young])).toEqual([...many, young, ...many, young]);
});

it("sweeps the events of a clock that was behind, and none before them", async () => {
  expect(await swept([young, behind, young])).toEqual([young, young]);
});
