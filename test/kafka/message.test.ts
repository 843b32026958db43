import { expect, it } from "vitest";
import { sequenced } from "../../lib/jobs/events.ts";
import { batchesOf, LARGEST_BATCH, messageOf } from "../../lib/kafka/message.ts";
import { jobEvent } from "../support/job-events.ts";

const message = (bytes: number, key = "a") => ({ key, value: "ä".repeat(bytes / 2), headers: {} });

it("is a CloudEvent whose key is the job", () => {
  const event = sequenced(7, jobEvent("0198c7", "succeeded", 4));
  const { key, value, headers } = messageOf(event);
  expect(key).toBe("0198c7");
  expect(JSON.parse(value)).toEqual(event);
  expect(headers["content-type"]).toMatch(/^application\/cloudevents\+json/);
});

it("is sent in batches of half a mebibyte, in order, a larger one alone", () => {
  const sizes = [200_000, 200_000, 200_000, 900_000, 100, 100, 524_288, 2];
  const messages = sizes.map((bytes, n) => message(bytes, String(n)));
  const batches = batchesOf(messages, LARGEST_BATCH);
  expect(batches.flat()).toEqual(messages);
  expect(batches.map((batch) => batch.map(({ key }) => Number(key)))).toEqual([[0, 1], [2], [3], [4, 5], [6], [7]]);
  expect(batchesOf([], LARGEST_BATCH)).toEqual([]);
  expect(batchesOf(messages.slice(4, 6), 150)).toEqual([messages.slice(4, 5), messages.slice(5, 6)]);
});
