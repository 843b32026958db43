import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { Slices } from "../../lib/concurrency/slices.ts";
import { MeanEncodings, meanEncoding } from "../../lib/encoding/mean-encoding.ts";
import type { ImageEncodings } from "../../lib/ports/job-store.ts";

const image = (second: number, encodings: readonly number[][], version = "r1"): ImageEncodings => ({
  version,
  finishedAt: `2026-01-01T00:00:0${second}.000Z`,
  encodings: encodings.map((encoding) => Float64Array.from(encoding)),
});

/** The mean over images that the store returns in these pages. */
function meanOf(...pages: ImageEncodings[][]) {
  const listEncodings = async ({ cursor = "0" }: { cursor?: string }) => {
    const next = Number(cursor) + 1;
    return { items: pages[Number(cursor)] ?? [], ...(next < pages.length && { nextCursor: String(next) }) };
  };
  return meanEncoding({ listEncodings }, { owner: null, model: "face-encoding" }, new Slices());
}

const short = (second: number) => image(second, [[1, 0]]);
const long = (second: number) =>
  image(second, [
    [0, 4, 8],
    [2, 0, 0],
  ]);
const none = image(9, []);
const ofLong = { avg: [1, 2, 4], variance: [1, 4, 16], count: 2, images: 3, skipped: 2 };
const ofShort = { avg: [1, 0], variance: [0, 0], count: 1, images: 3, skipped: 2 };

it.each([
  ["the longer one, in one page", [[short(1), long(2), none]], ofLong],
  ["the longer one, which is read first", [[long(2), short(1), none]], ofLong],
  ["the longer one, in pages", [[short(1)], [none, long(2)]], ofLong],
  ["the shorter one, in one page", [[short(2), long(1), none]], ofShort],
  ["the shorter one, in pages", [[long(1)], [short(2), none]], ofShort],
])("of two lengths under one version, the newest counts: %s", async (_, pages, expected) => {
  const { count } = expected;
  expect(await meanOf(...pages)).toMatchObject({ ...expected, version: "r1", versions: [{ version: "r1", count }] });
});

it("the version is that of the newest image, also if it has no face", async () => {
  const pages = [[short(3)], [image(4, [], "r2")]];
  const versions = [
    { version: "r1", count: 1 },
    { version: "r2", count: 0 },
  ];
  expect(await meanOf(...pages)).toMatchObject({
    avg: null,
    variance: null,
    images: 1,
    skipped: 1,
    version: "r2",
    versions,
  });
});

it("reads no more in a turn of the event loop for many requests than for one", async () => {
  const REQUESTS = 20;
  const PAGES = 5;
  let pages = 0;
  const listEncodings = async ({ cursor = "1" }: { cursor?: string }) => {
    pages++;
    return { items: [short(1)], ...(Number(cursor) < PAGES && { nextCursor: String(Number(cursor) + 1) }) };
  };
  const slices = new Slices();
  const request = { owner: null, model: "face-encoding" };
  const means = Array.from({ length: REQUESTS }, () => meanEncoding({ listEncodings }, request, slices));
  let most = 0;
  for (let before = -1; before < pages; ) {
    before = pages;
    await turn();
    most = Math.max(most, pages - before);
  }
  expect([most, pages]).toEqual([1, REQUESTS * PAGES]);
  for (const { count } of await Promise.all(means)) expect(count).toBe(PAGES);
});

it("an owner has a limited number of means computed at the same time, and others have theirs beside them", async () => {
  const gate = Promise.withResolvers<void>();
  const listEncodings = async ({ owner }: { owner: string | null }) => {
    if (owner === "a") await gate.promise;
    return { items: [short(1)] };
  };
  const means = new MeanEncodings({ listEncodings });
  const ask = (owner: string) => means.compute({ owner, model: "face-encoding" });
  const waiting = Array.from({ length: 8 }, () => ask("a"));
  await expect(ask("a")).rejects.toMatchObject({ type: "OVERLOADED", data: { retryAfterSeconds: expect.any(Number) } });
  expect(await ask("b")).toMatchObject({ count: 1 });
  gate.resolve();
  expect(await Promise.all(waiting)).toHaveLength(8);
  // Their room is free again.
  expect(await ask("a")).toMatchObject({ count: 1 });
});
