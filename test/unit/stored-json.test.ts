import { Binary } from "mongodb";
import { expect, it } from "vitest";
import { batchesOf, eventsOf } from "../../lib/backends/mongo/event-batches.ts";
import { parseStoredJson, storedJson } from "../../lib/backends/mongo/stored-json.ts";

const long = Array.from({ length: 200 }, (_, index) => ({ index, label: "Zoë 🙂", faces: [[index, 1, 2, 3]] }));
const event = (id: string) => ({ id, stamp: `000-${id}`, event: "{}" });

it("short values are text, long ones are compressed", () => {
  expect(storedJson({ a: 1 })).toBe('{"a":1}');
  const stored = storedJson(long) as Buffer;
  expect(stored.length).toBeLessThan(JSON.stringify(long).length / 5);
  expect(parseStoredJson(stored, "It")).toEqual(long);
  expect(parseStoredJson(new Binary(stored), "It")).toEqual(long);
});

it("long values that were stored as text are read", () => {
  expect(parseStoredJson(JSON.stringify(long), "It")).toEqual(long);
});

it.each([
  ["text", "{"],
  ["bytes", Buffer.from("not compressed")],
  ["cut off", (storedJson(long) as Buffer).subarray(0, 90)],
])("damaged %s is told", (_, stored) => {
  expect(() => parseStoredJson(stored, "It")).toThrow(expect.objectContaining({ type: "STORE_CORRUPT" }));
});

it("an outbox may have batches, and events of earlier versions", () => {
  const outbox = [event("a"), ...batchesOf([event("b"), event("c")]), ...batchesOf([])];
  expect(eventsOf(outbox, "It").map(({ id }) => id)).toEqual(["a", "b", "c"]);
});
