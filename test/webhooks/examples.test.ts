/** The events and webhooks that the documents show are those that the service sends. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { jobEvent } from "../../lib/jobs/events.ts";
import type { Job } from "../../lib/jobs/job.ts";
import type { Timestamp } from "../../lib/time/timestamp.ts";
import { messageOf } from "../../lib/webhooks/message.ts";

const at = "2026-01-01T00:00:00.000Z" as Timestamp;
const job: Job = {
  ...{ id: "0198c7", state: "succeeded", revision: 4, run: 1, model: "faces-haar", options: {} },
  ...{ labels: { album: "summer" }, priority: 5, createdAt: at },
};
const event = jobEvent(job, at, { total: 5, pending: 0, running: 0, done: 5, failed: 0 });
const key = { sequence: 1201, jobId: job.id, url: "https://example.com/hook", event };
const structured = messageOf(key);
const binary = messageOf({ ...key, mode: "binary" });

const blocks = (page: string) =>
  Array.from(
    readFileSync(join(import.meta.dirname, "../../docs", page), "utf8").matchAll(/^```\w*\n([\s\S]*?)^```$/gm),
    ([, text = ""]) => text,
  );

it("docs/events.md shows an event as it is", () => {
  const [shown = ""] = blocks("events.md");
  expect(JSON.parse(shown)).toEqual(JSON.parse(structured.body));
});

describe("docs/webhooks.md shows a message", () => {
  const [shownStructured = "", shownBinary = ""] = blocks("webhooks.md").filter((text) => text.startsWith("POST "));

  it.each([
    ["structured", shownStructured, structured],
    ["binary", shownBinary, binary],
  ])("in %s mode", (_, shown, { headers, body }) => {
    const [head = "", shownBody = ""] = shown.split("\n\n");
    expect(JSON.parse(shownBody)).toEqual(JSON.parse(body));
    const lines = head.split("\n");
    for (const [name, value] of Object.entries(headers)) expect(lines).toContain(`${name}: ${value}`);
  });
});
