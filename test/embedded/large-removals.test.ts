/** What takes long to remove is removed page by page, so that others are served meanwhile. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { PAGE } from "../../lib/backends/sqlite/pages.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { eventOf } from "../ports/sample-events.ts";
import { now } from "../ports/sample-jobs.ts";

/** More than two pages. */
const MANY = 2 * PAGE + 1;

let folder: string;
let backends: Backends;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sightline-removals-"));
  backends = await openEmbedded({ folder, leaseMs: 1_000 });
});
afterEach(async () => {
  await backends.close();
  rmSync(folder, { recursive: true });
});

/** Whether another change, which begins after the removal, is stored before the removal has ended. */
async function letsOthersIn(removal: Promise<unknown>): Promise<boolean> {
  let isOver = false;
  const ending = removal.then(() => {
    isOver = true;
  });
  await backends.readerPositions.move("other", undefined, "1");
  // Changes that are committed together resolve in the same turn of the event loop.
  await nextTurn();
  const isBefore = !isOver;
  await ending;
  return isBefore;
}

const encoding = {
  encoding: {
    version: "1",
    width: 1,
    height: 1,
    faces: [],
    timings: { queueMs: 0, decodeMs: 0, inferenceMs: 0, perModelMs: {} },
  },
  computeMs: 1,
};

test("the encodings of an owner", async () => {
  const { encodings } = backends;
  const keys = Array.from({ length: MANY }, (_, n) => `key ${n}`);
  await Promise.all(keys.map((key) => encodings.put(key, encoding, "a", now)));
  await encodings.put("key 0", encoding, "b", now);
  expect(await letsOthersIn(encodings.releaseAll("a"))).toBe(true);
  expect(await Promise.all(keys.map((key) => encodings.hasOwner(key, "a")))).not.toContain(true);
  const left = await Promise.all(keys.map((key) => encodings.get(key)));
  expect(left.filter((entry) => entry !== undefined)).toEqual([encoding]);
});

test("the events of an owner, whose sequences are not used again", async () => {
  const { log } = backends;
  const eventsOf = (owner: string, count: number) =>
    Array.from({ length: count }, (_, n) => ({ ...eventOf(owner, n), owner }));
  await log.append([...eventsOf("a", MANY), ...eventsOf("b", 1)]);
  const erasing = log.erase(["a"]);
  const appended = log.append([{ ...eventOf("a", MANY), owner: "a" }]);
  expect(await letsOthersIn(erasing)).toBe(true);
  expect(await appended).toMatchObject([{ after: MANY + 2 }]);
  expect(await log.countOf("a")).toBe(0);
  expect((await log.read({ after: 0, limit: 9 })).map(({ sequence }) => sequence)).toEqual([MANY + 1]);
  expect(await log.lastSequence()).toBe(MANY + 3);
});

test("a collection and its faces", async () => {
  const { collections, ownerData } = backends;
  const collection = { id: "c", owner: "a", name: "n", model: "m", version: "1", createdAt: now };
  const faces = Array.from({ length: MANY }, (_, n) => ({
    face: { id: `face ${n}`, label: null, sha256: null, box: null, addedAt: now },
    encoding: [n],
  }));
  await collections.insert(collection);
  await collections.addFaces("c", faces, MANY);
  expect(await letsOthersIn(collections.remove("c"))).toBe(true);
  expect(await collections.find("a", "n")).toBeUndefined();
  expect(await ownerData.count(["a"])).toMatchObject({ collections: 0, faces: 0 });
  expect(await collections.faces("c", 0, 1)).toEqual([]);
});
