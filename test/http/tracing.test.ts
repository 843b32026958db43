/** Traces as a collector sees them: one from the request to the worker thread. */
import { once } from "node:events";
import { createServer } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { golden, JobClient } from "../support/job-client.ts";
import { type CollectedSpan, type OtlpCollector, startOtlpCollector } from "../support/otlp-collector.ts";
import { type RunningService, startService } from "../support/service.ts";

let collector: OtlpCollector;
let service: RunningService;
let client: JobClient;
beforeAll(async () => {
  collector = await startOtlpCollector();
  service = await startService({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  client = new JobClient(service.url);
});
afterAll(async () => {
  await service.stop();
  await collector.close();
});

const trace = "0123456789abcdef0123456789abcdef";
const caller = "0123456789abcdef";

/** The names from the root to the span. */
function path(span: CollectedSpan): string[] {
  const parent = collector.spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(parent ? path(parent) : []), span.name];
}

const pathsOf = (traceId: string) =>
  new Set(collector.spans.filter((span) => span.traceId === traceId).map((span) => path(span).join(" > ")));

it("goes on with a caller's trace, down to the worker thread", async () => {
  const [image] = golden;
  const answer = await client.post("/process", image?.bytes as Uint8Array<ArrayBuffer>, {
    "Content-Type": "image/jpeg",
    traceparent: `00-${trace}-${caller}-01`,
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("traceparent")).toMatch(new RegExp(`^00-${trace}-(?!${caller})[0-9a-f]{16}-01$`));
  const detect = "POST /process > detector.detect";
  await expect
    .poll(() => pathsOf(trace))
    .toEqual(
      new Set([
        "POST /process",
        detect,
        `${detect} > queue`,
        `${detect} > worker decode`,
        `${detect} > worker inference`,
      ]),
    );
  const request = collector.spans.find(({ name }) => name === "POST /process") as CollectedSpan;
  expect(request.parentSpanId).toBe(caller);
  // Each span lies within the request's time; clocks of threads differ by less than the milliseconds they round to.
  for (const span of collector.spans.filter(({ traceId }) => traceId === trace)) {
    expect(BigInt(span.startTimeUnixNano)).toBeGreaterThan(BigInt(request.startTimeUnixNano) - 2_000_000n);
    expect(BigInt(span.endTimeUnixNano)).toBeLessThan(BigInt(request.endTimeUnixNano) + 2_000_000n);
  }
});

it("stays with a job for its attempts", async () => {
  const { id } = await client.create(golden);
  await client.finished(id);
  const attempts = () =>
    collector.spans.filter(({ name, attributes }) => {
      const jobId = attributes.find(({ key }) => key === "sightline.job_id")?.value.stringValue;
      return name === "attempt" && jobId === id;
    });
  const attempted = () =>
    attempts().reduce((sum, { attributes }) => {
      const images = attributes.find(({ key }) => key === "sightline.images");
      return sum + Number(images?.value.intValue);
    }, 0);
  await expect.poll(attempted).toBe(golden.length);
  for (const attempt of attempts()) {
    await expect.poll(() => path(attempt)).toEqual(["POST /v1/jobs", "jobs.submit", "attempt"]);
    const call = "POST /v1/jobs > jobs.submit > attempt > detector.detectMany";
    const image = `${call} > detect image`;
    const expected = [call, image, `${image} > fetch image`, `${image} > queue`, `${image} > worker inference`];
    await expect.poll(() => [...pathsOf(attempt.traceId)]).toEqual(expect.arrayContaining(expected));
    const images = () =>
      collector.spans.filter(({ name, traceId }) => name === "detect image" && traceId === attempt.traceId);
    await expect.poll(images).toHaveLength(golden.length);
  }
});

it("says in the log why a collector does not get them", async () => {
  const wrong = createServer((_, response) => response.writeHead(404).end("secret")).listen(0, "127.0.0.1");
  await once(wrong, "listening");
  const { port } = wrong.address() as { port: number };
  const other = await startService({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:secret@127.0.0.1:${port}` });
  try {
    await new JobClient(other.url).get("/readyz");
    const warnings = () => other.log.filter((line) => line.includes("OTEL_EXPORTER_OTLP_ENDPOINT"));
    await expect.poll(warnings).toHaveLength(1);
    expect(JSON.parse(warnings()[0] ?? "")).toMatchObject({ level: 40, code: 404, reason: "Not Found", count: 1 });
    expect(other.log.join("\n")).not.toContain("secret");
  } finally {
    await other.stop();
    wrong.closeAllConnections();
    wrong.close();
  }
});
