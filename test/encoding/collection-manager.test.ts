/** Collections over a real store: what they contain, and that searching delays nobody. */
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { SqliteCollectionStore } from "../../lib/backends/sqlite/collection-store.ts";
import { Database } from "../../lib/backends/sqlite/database.ts";
import { CollectionManager } from "../../lib/collections/collection-manager.ts";
import { LoadedCollections } from "../../lib/collections/loaded-collections.ts";
import type { Probe } from "../../lib/collections/probe.ts";
import { Slices } from "../../lib/concurrency/slices.ts";
import type { Requirements } from "../../lib/contracts/collection.ts";
import { packVectors } from "../../lib/encoding/vectors.ts";
import type { Collection } from "../../lib/ports/collection-store.ts";
import { Random } from "../support/random.ts";
import { temporaryFolder } from "../support/service.ts";

const OWNER = "";
const DIMENSIONS = 128;
const random = new Random(5);
const probe = (dimensions = DIMENSIONS): Probe => ({
  encoding: Array.from({ length: dimensions }, () => random.next() - 0.5),
});
const code = (type: string) => expect.objectContaining({ type });

const folder = temporaryFolder();
let database: Database;
let manager: CollectionManager;
let store: SqliteCollectionStore;
beforeAll(async () => {
  database = await Database.open({ folder });
  store = new SqliteCollectionStore(database);
  manager = new CollectionManager(store);
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

/** Turns of the event loop until the work is done, in time of the processor: the machine may have other work. */
async function turnsDuring(work: Promise<unknown>): Promise<{ longestMs: number; totalMs: number }> {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  work.then(end, end);
  let [longestMs, totalMs] = [0, 0];
  for (let before = process.threadCpuUsage(); !isOver; before = process.threadCpuUsage()) {
    await new Promise(setImmediate);
    const { user, system } = process.threadCpuUsage(before);
    const turnMs = (user + system) / 1000;
    longestMs = Math.max(longestMs, turnMs);
    totalMs += turnMs;
  }
  return { longestMs, totalMs };
}

let count = 0;
async function make(dimensions?: number): Promise<string> {
  const name = `c${++count}`;
  await manager.create(OWNER, { name }, { name: "m", version: "1", ...(dimensions !== undefined && { dimensions }) });
  return name;
}

describe("the length of encodings", () => {
  it("is the model's from the first face on", async () => {
    const name = await make(DIMENSIONS);
    for (const wrong of [1, 127, 129, 4096]) {
      await expect(manager.add(OWNER, name, [probe(wrong)])).rejects.toEqual(code("INVALID_OPTION"));
      await expect(manager.add(OWNER, name, [probe(), probe(wrong)])).rejects.toEqual(code("INVALID_OPTION"));
      await expect(manager.search(OWNER, name, probe(wrong), 1)).rejects.toEqual(code("INVALID_OPTION"));
    }
    await manager.add(OWNER, name, [probe()]);
    expect(await manager.search(OWNER, name, probe(), 1)).toMatchObject({ searched: 1 });
    await expect(manager.search(OWNER, name, probe(64), 1)).rejects.toThrow("have 128 numbers");
  });

  it("is the first face's where the model's is not known", async () => {
    const name = await make();
    expect(await manager.search(OWNER, name, probe(7), 1)).toMatchObject({ items: [], searched: 0 });
    await manager.add(OWNER, name, [probe(3)]);
    await expect(manager.add(OWNER, name, [probe()])).rejects.toEqual(code("INVALID_OPTION"));
    await expect(manager.search(OWNER, name, probe(), 1)).rejects.toEqual(code("INVALID_OPTION"));
    expect(await manager.search(OWNER, name, probe(3), 1)).toMatchObject({ searched: 1 });
  });

  it("is one, of first faces added at the same moment: the others are refused", async () => {
    const name = await make();
    const adds = [3, 5, 3, 7].map((dimensions) => manager.add(OWNER, name, [probe(dimensions)]));
    const outcomes = await Promise.allSettled(adds);
    const isAdded = outcomes.map(({ status }) => status === "fulfilled");
    const [won = 0] = [3, 5, 3, 7].filter((_, n) => isAdded[n]);
    expect(isAdded).toEqual([3, 5, 3, 7].map((dimensions) => dimensions === won));
    for (const outcome of outcomes)
      if (outcome.status === "rejected")
        expect(outcome.reason).toMatchObject({ type: "INVALID_OPTION", data: { dimensions: won } });
    expect(await manager.search(OWNER, name, probe(won), 9)).toMatchObject({
      searched: isAdded.filter(Boolean).length,
    });
  });

  it("may be two, of first faces that an earlier version added at the same moment", async () => {
    const name = await make();
    const { id } = (await store.find(OWNER, name)) as { id: string };
    const insert = database.statement(
      "INSERT INTO collection_faces (collection_id, id, body, vector) VALUES (?, ?, ?, ?)",
    );
    for (const [face, dimensions] of Object.entries({ a: 3, b: 5, c: 3 })) {
      const body = { id: face, label: null, sha256: null, box: null, addedAt: "2026-01-01T00:00:00.000Z" };
      insert.run(id, `${name}${face}`, JSON.stringify(body), packVectors([probe(dimensions).encoding]));
    }
    const { items, searched } = await manager.search(OWNER, name, probe(3), 9);
    expect({ searched, ids: items.map((item) => item.id).sort() }).toEqual({ searched: 2, ids: ["a", "c"] });
  });

  it("bounds how many faces a collection has", async () => {
    const name = await make();
    const adding = vi.spyOn(store, "addFaces").mockResolvedValueOnce(false);
    await expect(manager.add(OWNER, name, [probe(4096)])).rejects.toEqual(code("COLLECTION_FULL"));
    expect(adding.mock.calls.map(([, , limit]) => limit)).toEqual([12_500]);
    adding.mockRestore();
    // 8 MB of numbers.
    const most = Array.from({ length: 244 }, () => probe(4096));
    await expect(manager.add(OWNER, name, [...most, probe(4096)])).rejects.toEqual(code("REQUEST_TOO_LARGE"));
    expect(await manager.add(OWNER, name, most)).toHaveLength(244);
  });
});

/** A manager whose first addition to the store is made by the test. */
function interrupted(first: (add: () => Promise<boolean>) => Promise<boolean>): CollectionManager {
  let isFirst = true;
  const addFaces: typeof store.addFaces = (...args) => {
    const add = () => store.addFaces(...args);
    if (!isFirst) return add();
    isFirst = false;
    return first(add);
  };
  return new CollectionManager(
    new Proxy(store, {
      get: (target, property) => (property === "addFaces" ? addFaces : Reflect.get(target, property).bind(target)),
    }),
  );
}

describe("requirements", () => {
  const quality = { sharpness: 0.5, size: 60, brightness: 120, pose: { yaw: -20, pitch: 10, roll: 5 } };
  const made = async (requirements: Requirements) => {
    const name = `c${++count}`;
    await manager.create(OWNER, { name, requirements }, { name: "m", version: "1" });
    return name;
  };

  it.each<[Requirements, object]>([
    [{ minSharpness: 0.51 }, { measure: "sharpness", value: 0.5, least: 0.51 }],
    [{ minSize: 61 }, { measure: "size", value: 60, least: 61 }],
    [{ minBrightness: 121 }, { measure: "brightness", value: 120, least: 121 }],
    [
      { minBrightness: 20, maxBrightness: 119 },
      { measure: "brightness", value: 120, most: 119 },
    ],
    [{ maxYaw: 19 }, { measure: "yaw", value: 20, most: 19 }],
    [{ maxPitch: 9 }, { measure: "pitch", value: 10, most: 9 }],
    [{ maxRoll: 4 }, { measure: "roll", value: 5, most: 4 }],
  ])("%j refuse a face with the value that is not met, and all faces with it", async (requirements, data) => {
    const name = await made(requirements);
    const good = { sharpness: 0.9, size: 200, brightness: 110, pose: { yaw: 0, pitch: 0, roll: 0 } };
    const better = { ...good, brightness: requirements.minBrightness === 121 ? 125 : good.brightness };
    const both = [
      { ...probe(), quality: better },
      { ...probe(), quality },
    ];
    const refusal = { type: "FACE_QUALITY", data: { index: 1, ...data } };
    await expect(manager.add(OWNER, name, both)).rejects.toMatchObject(refusal);
    expect((await manager.get(OWNER, name)).faces).toBe(0);
    expect(await manager.add(OWNER, name, both.slice(0, 1))).toMatchObject([{ quality: better }]);
  });

  it("that are just met refuse nothing; without a measure of the face, any refuses it", async () => {
    const exact = { minSharpness: 0.5, minSize: 60, minBrightness: 120, maxBrightness: 120, maxYaw: 20, maxPitch: 10 };
    const name = await made({ ...exact, maxRoll: 5 });
    expect(await manager.add(OWNER, name, [{ ...probe(), quality }])).toHaveLength(1);
    await expect(manager.add(OWNER, name, [probe()])).rejects.toEqual(code("FACE_QUALITY"));
  });

  it("let one of many equal faces in that are added at the same moment, and all that differ", async () => {
    const name = await made({ minDistance: 0.1 });
    const same = probe();
    const added = [...Array.from({ length: 8 }, () => same), ...Array.from({ length: 8 }, () => probe())];
    const outcomes = await Promise.allSettled(added.map((one) => manager.add(OWNER, name, [one])));
    const isIn = outcomes.map(({ status }) => status === "fulfilled");
    expect(isIn.slice(0, 8).filter(Boolean)).toHaveLength(1);
    expect(isIn.slice(8)).toEqual(Array.from({ length: 8 }, () => true));
    const winner = outcomes.find(({ status }) => status === "fulfilled") as PromiseFulfilledResult<{ id: string }[]>;
    for (const outcome of outcomes.filter((one) => one.status === "rejected"))
      expect(outcome.reason).toMatchObject({ type: "DUPLICATE_FACE", data: { index: 0, faceId: winner.value[0]?.id } });
    // Length does not matter, only direction.
    const longer = { encoding: same.encoding.map((value) => 3 * value) };
    await expect(manager.add(OWNER, name, [longer])).rejects.toEqual(code("DUPLICATE_FACE"));
  });

  it("refuse equal faces whatever the distance, though vectors are rounded", async () => {
    const name = await made({ minDistance: 0.000001 });
    for (let face = 0; face < 50; face++) {
      const one = probe();
      await manager.add(OWNER, name, [one]);
      await expect(manager.add(OWNER, name, [one])).rejects.toMatchObject({ data: { distance: 0 } });
      await expect(manager.add(OWNER, name, [one, one])).rejects.toMatchObject({
        type: "DUPLICATE_FACE",
        data: { otherIndex: 0 },
      });
    }
  });

  it("delay nobody while the faces of a request are compared with each other", async () => {
    const name = await made({ minDistance: 0.1 });
    const faces = Array.from({ length: 600 }, () => probe(1024));
    const adding = manager.add(OWNER, name, [...faces, ...faces.slice(0, 1)]);
    const { longestMs, totalMs } = await turnsDuring(adding);
    await expect(adding).rejects.toMatchObject({ type: "DUPLICATE_FACE", data: { index: 600, otherIndex: 0 } });
    // All comparisons at once would be one turn of nearly all of it.
    expect(longestMs).toBeLessThan(totalMs / 4);
  });

  it("hold for a collection that is removed or full while faces are added", async () => {
    const name = await made({ minDistance: 0.1 });
    await manager.add(OWNER, name, [probe()]);
    const { id } = (await store.find(OWNER, name)) as { id: string };
    const leaving = interrupted(async (add) => {
      await store.remove(id);
      return add();
    });
    await expect(leaving.add(OWNER, name, [probe()])).rejects.toEqual(code("COLLECTION_NOT_FOUND"));
  });

  it("hold for a face that is added while others are removed", async () => {
    const name = await made({ minDistance: 0.1 });
    const [first, second] = await manager.add(OWNER, name, [probe(), probe(), probe()]);
    const same = probe();
    const late = interrupted(async (add) => {
      for (const face of [first, second]) await manager.removeFace(OWNER, name, face?.id ?? "");
      await manager.add(OWNER, name, [same]);
      return add();
    });
    await expect(late.add(OWNER, name, [same])).rejects.toEqual(code("DUPLICATE_FACE"));
  });

  it("let a face in that was refused because of another, which was removed since", async () => {
    const name = await made({ minDistance: 0.1 });
    const late = interrupted(async (add) => {
      const [other] = await manager.add(OWNER, name, [probe()]);
      const isAdded = await add();
      await manager.removeFace(OWNER, name, other?.id ?? "");
      return isAdded;
    });
    expect(await late.add(OWNER, name, [probe()])).toHaveLength(1);
  });
});

describe("a large collection", () => {
  const FACES = 40_000;
  const SEARCHES = 40;
  let name: string;
  beforeAll(async () => {
    name = await make(DIMENSIONS);
    for (let added = 0; added < FACES; added += 1000)
      await manager.add(
        OWNER,
        name,
        Array.from({ length: 1000 }, () => probe()),
      );
  });

  it("delays nobody while it is read and searched", async () => {
    const search = () => manager.search(OWNER, name, probe(), 10);
    const searches = Promise.all(Array.from({ length: SEARCHES }, search));
    const { longestMs, totalMs } = await turnsDuring(searches);
    for (const found of await searches) expect(found).toMatchObject({ searched: FACES, items: { length: 10 } });
    // One search after the other would be one turn of nearly all of it.
    expect(longestMs).toBeLessThan(totalMs / 4);
  });

  it("gets faces while it is searched, which later searches find", async () => {
    const searches = Array.from({ length: 5 }, () => manager.search(OWNER, name, probe(), 1));
    const added = probe();
    await manager.add(OWNER, name, [{ ...added, label: "new" }]);
    for (const { searched } of await Promise.all(searches)) expect([FACES, FACES + 1]).toContain(searched);
    const { items } = await manager.search(OWNER, name, added, 1);
    expect(items[0]).toMatchObject({ label: "new" });
    await manager.removeFace(OWNER, name, items[0]?.id ?? "");
    expect(await manager.search(OWNER, name, added, 1)).toMatchObject({ searched: FACES });
  });

  it("refuses more searches than can be done soon, and does those that it took", async () => {
    const small = new CollectionManager(store, 4 * FACES * DIMENSIONS);
    await small.search(OWNER, name, probe(), 1);
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => small.search(OWNER, name, probe(), 1)));
    const refused = outcomes.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(6);
    for (const one of refused)
      expect(one).toMatchObject({ reason: { type: "OVERLOADED", data: { retryAfterSeconds: expect.any(Number) } } });
    expect((await small.search(OWNER, name, probe(), 1)).searched).toBe(FACES);
  });

  it("keeps no other owner from searching, however many searches its own owner sends", async () => {
    const other = crypto.randomUUID();
    await manager.create(other, { name }, { name: "m", version: "1", dimensions: DIMENSIONS });
    await manager.add(
      other,
      name,
      Array.from({ length: 1000 }, () => probe()),
    );
    const small = new CollectionManager(store, 4 * FACES * DIMENSIONS);
    for (const owner of [OWNER, other]) await small.search(owner, name, probe(), 1);
    const many = Promise.allSettled(Array.from({ length: 20 }, () => small.search(OWNER, name, probe(), 1)));
    expect(await small.search(other, name, probe(), 1)).toMatchObject({ searched: 1000 });
    const outcomes = await many;
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(16);
  });
});

it("owners take turns for slices, however many one of them waits for", async () => {
  const slices = new Slices();
  const order: string[] = [];
  const next = async (owner: string) => {
    await slices.next(owner);
    order.push(owner);
  };
  await Promise.all(["a", "a", "a", "a", "b", "b", "c"].map(next));
  expect(order).toEqual(["a", "b", "c", "a", "b", "a", "a"]);
});

describe("the memory for collections", () => {
  const FACES = 3000;
  /** Room for one collection of so many faces, with what it may still grow to, and not for two. */
  const MEMORY_BYTES = 1.75 * 4 * 2 ** Math.ceil(Math.log2(FACES)) * DIMENSIONS;
  const readings: string[] = [];
  let small: CollectionManager;
  beforeAll(async () => {
    const counting = new Proxy(store, {
      get: (target, name) => {
        if (name !== "faces") return Reflect.get(target, name).bind(target);
        return (id: string, after: number, limit: number) => {
          if (after === 0 && limit > 1) readings.push(id);
          return target.faces(id, after, limit);
        };
      },
    });
    small = new CollectionManager(counting, undefined, MEMORY_BYTES);
  });
  const grown = async () => {
    const name = await make(DIMENSIONS);
    await small.add(OWNER, name, [probe()]);
    await small.search(OWNER, name, probe(), 1);
    await small.add(OWNER, name, new Array(FACES).fill(probe()));
    await small.search(OWNER, name, probe(), 1);
    return { name, id: (await store.find(OWNER, name))?.id };
  };

  it("is not exceeded by collections that grow after they were read", async () => {
    const first = await grown();
    await small.search(OWNER, first.name, probe(), 1);
    expect(readings).toEqual([first.id]);
    const second = await grown();
    expect(readings).toEqual([first.id, second.id]);
    // The first one had to go.
    expect(await small.search(OWNER, first.name, probe(), 1)).toMatchObject({ searched: FACES + 1 });
    expect(readings).toEqual([first.id, second.id, first.id]);
  });

  it.each(["forget", "forgetOwner"] as const)(
    "has nothing of a collection that is erased while it is read (%s)",
    async (forget) => {
      const name = await make(DIMENSIONS);
      await manager.add(OWNER, name, [probe()]);
      const collection = (await store.find(OWNER, name)) as Collection;
      const erasing = new Proxy(store, {
        get: (target, property) => {
          if (property !== "faces") return Reflect.get(target, property).bind(target);
          return async (...args: Parameters<typeof target.faces>) => {
            const page = await target.faces(...args);
            await target.remove(collection.id);
            loaded[forget](forget === "forget" ? collection.id : OWNER);
            return page;
          };
        },
      });
      const loaded = new LoadedCollections(erasing, new Slices());
      expect((await loaded.load(collection)).faces).toHaveLength(1);
      expect((await loaded.load(collection)).faces).toHaveLength(0);
    },
  );

  it("is not exceeded by collections that are searched at the same time, and no owner takes all of it", async () => {
    const other = crypto.randomUUID();
    const names = [await make(DIMENSIONS), await make(DIMENSIONS), await make(DIMENSIONS)];
    for (const name of names) await manager.add(OWNER, name, new Array(FACES).fill(probe()));
    await manager.create(other, { name: "c" }, { name: "m", version: "1", dimensions: DIMENSIONS });
    await manager.add(other, "c", [probe()]);
    const loading = new Set<string>();
    const waiting = Promise.withResolvers<void>();
    const held = new Proxy(store, {
      get: (target, property) => {
        if (property !== "faces") return Reflect.get(target, property).bind(target);
        return async (...args: Parameters<typeof target.faces>) => {
          const page = await target.faces(...args);
          loading.add(args[0]);
          if (page.length > 1) await waiting.promise;
          return page;
        };
      },
    });
    const searched = new CollectionManager(held, undefined, MEMORY_BYTES);
    const searches = names.map((name) => searched.search(OWNER, name, probe(), 1));
    // Ends while the others are loaded, or wait for that.
    expect(await searched.search(other, "c", probe(), 1)).toMatchObject({ searched: 1 });
    expect(loading.size).toBe(2);
    waiting.resolve();
    for (const search of searches) expect(await search).toMatchObject({ searched: FACES });
    expect(loading.size).toBe(4);
  });

  it.each([
    { waiting: "another owner", held: [OWNER, crypto.randomUUID()], waits: crypto.randomUUID() },
    { waiting: "the same owner", held: [OWNER], waits: OWNER },
  ])(
    "becomes free for a search of $waiting, however many more there are in the collections in use",
    async ({ held, waits }) => {
      const large = async (owner: string) => {
        const name = crypto.randomUUID();
        await manager.create(owner, { name }, { name: "m", version: "1", dimensions: DIMENSIONS });
        await manager.add(owner, name, new Array(FACES).fill(probe()));
        return { owner, name, id: (await store.find(owner, name))?.id ?? "" };
      };
      const inUse = await Promise.all(held.map(large));
      const wanted = await large(waits);
      const [first] = inUse as [(typeof inUse)[number]];
      /** What holds up the next loads of each collection in use. */
      const gates = new Map(
        inUse.map(({ id }) => [id, [Promise.withResolvers<void>(), Promise.withResolvers<void>()]]),
      );
      const firstGate = gates.get(first.id)?.[0];
      const rest = [...gates.values()].flat();
      const counted: string[] = [];
      const gated = new Proxy(store, {
        get: (target, property) => {
          if (property === "removals")
            return async (id: string) => {
              await gates.get(id)?.shift()?.promise;
              return target.removals(id);
            };
          if (property === "countFaces")
            return async (id: string) => {
              const count = await target.countFaces(id);
              counted.push(id);
              return count;
            };
          return Reflect.get(target, property).bind(target);
        },
      });
      const searched = new CollectionManager(gated, undefined, MEMORY_BYTES);
      const search = ({ owner, name }: typeof wanted) => searched.search(owner, name, probe(), 1);
      const begun = inUse.map(search);
      await vi.waitUntil(() => counted.length === inUse.length);
      const waiting = search(wanted);
      await vi.waitUntil(() => counted.includes(wanted.id));
      const later = inUse.map(search);
      await vi.waitUntil(() => counted.length === 2 * inUse.length + 1);
      firstGate?.resolve();
      expect(await waiting).toMatchObject({ searched: FACES });
      for (const { resolve } of rest) resolve();
      for (const one of [...begun, ...later]) expect(await one).toMatchObject({ searched: FACES });
    },
  );

  /** A search that holds the memory until its gate opens, and a collection that needs that memory. */
  const heldMemory = async () => {
    const [held, wanted] = [await make(DIMENSIONS), await make(DIMENSIONS)];
    for (const name of [held, wanted]) await manager.add(OWNER, name, new Array(FACES).fill(probe()));
    const heldId = (await store.find(OWNER, held))?.id;
    const isHeld = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const gated = new Proxy(store, {
      get: (target, property) => {
        if (property !== "removals") return Reflect.get(target, property).bind(target);
        return async (id: string) => {
          if (id === heldId) {
            isHeld.resolve();
            await gate.promise;
          }
          return target.removals(id);
        };
      },
    });
    const searched = new CollectionManager(gated, undefined, MEMORY_BYTES);
    const holding = searched.search(OWNER, held, probe(), 1);
    await isHeld.promise;
    return { searched, wanted, holding, open: gate.resolve };
  };

  it("is waited for by a limited number of searches of an owner, and by those of others beside them", async () => {
    const other = crypto.randomUUID();
    await manager.create(other, { name: "c" }, { name: "m", version: "1", dimensions: DIMENSIONS });
    await manager.add(other, "c", [probe()]);
    const { searched, wanted, holding, open } = await heldMemory();
    const refusals: unknown[] = [];
    const waiting = Array.from({ length: 1000 }, () =>
      searched.search(OWNER, wanted, probe(), 1).catch((error: unknown) => {
        refusals.push(error);
      }),
    );
    await vi.waitUntil(() => refusals.length > 0);
    expect(refusals).toEqual([
      expect.objectContaining({ type: "OVERLOADED", data: { retryAfterSeconds: expect.any(Number) } }),
    ]);
    expect(await searched.search(other, "c", probe(), 1)).toMatchObject({ searched: 1 });
    open();
    await Promise.all([holding, ...waiting]);
    expect(refusals).toHaveLength(1);
    // Their room is free again.
    expect(await searched.search(OWNER, wanted, probe(), 1)).toMatchObject({ searched: FACES });
  });

  it("is waited for during a limited time", async () => {
    const { searched, wanted, holding, open } = await heldMemory();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const waiting = Promise.allSettled([searched.search(OWNER, wanted, probe(), 1)]);
    await vi.waitUntil(() => vi.getTimerCount() > 0);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await waiting).toEqual([
      {
        status: "rejected",
        reason: expect.objectContaining({ type: "OVERLOADED", data: { retryAfterSeconds: expect.any(Number) } }),
      },
    ]);
    open();
    expect(await holding).toMatchObject({ searched: FACES });
    expect(await searched.search(OWNER, wanted, probe(), 1)).toMatchObject({ searched: FACES });
  });

  it("keeps the collections of others when those of an owner are forgotten", async () => {
    const { name } = await grown();
    await small.search(OWNER, name, probe(), 1);
    const before = readings.length;
    small.forgetOwner("another");
    await small.search(OWNER, name, probe(), 1);
    expect(readings.length).toBe(before);
    small.forgetOwner(OWNER);
    await small.search(OWNER, name, probe(), 1);
    expect(readings.length).toBe(before + 1);
  });
});
