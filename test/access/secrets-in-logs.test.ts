/** Secrets in query strings and metadata are in no log, trace or answer to others. */
import { once } from "node:events";
import { connect } from "node:http2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { golden } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { type OtlpCollector, startOtlpCollector } from "../support/otlp-collector.ts";
import { sendLines } from "../support/raw-http.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { freePort, type RunningService, startProcess, startService } from "../support/service.ts";

const SECRET = "token-that-nobody-may-see";
const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

let collector: OtlpCollector;
let receiver: Receiver;
let service: RunningService;
let client: KeyClient;
let grpcPort: number;
beforeAll(async () => {
  collector = await startOtlpCollector();
  // The receiver wants no more, which is logged.
  receiver = await startReceiver((response) => response.writeHead(410).end());
  grpcPort = await freePort();
  service = await startService({
    GRPC_PORT: String(grpcPort),
    ADMIN_KEY,
    WEBHOOK_SECRET,
    WEBHOOK_ALLOW_PRIVATE: "true",
    LOG_LEVEL: "debug",
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  });
  client = new KeyClient(service.url);
});
afterAll(async () => {
  await service?.stop();
  await receiver?.stop();
  await collector?.close();
});

const said = () => service.log.join("\n");
const isLogged = (path: string, status: number) =>
  service.log.some((line) => line.includes(`"path":"${path}"`) && line.includes(`"status":${status}`));

it("is not logged if it is a key with characters that metadata of gRPC must not have", async () => {
  const session = connect(`http://127.0.0.1:${grpcPort}`);
  const call = session.request({
    ":method": "POST",
    ":path": "/inference.GRPCInferenceService/ServerLive",
    "content-type": "application/grpc",
    te: "trailers",
    // A terminal would take the first character for the beginning of a command.
    "x-api-key": `\u009b${SECRET}`,
  });
  call.end(Buffer.alloc(5)).resume();
  const [trailers] = await once(call, "trailers");
  session.close();
  expect(trailers).toMatchObject({ "grpc-status": "0" });
  await expect.poll(() => isLogged("/v2/health/live", 200)).toBe(true);
  expect(said()).not.toContain(SECRET);
});

describe("a secret in a query", () => {
  it("of a webhook's URL is in no log, no trace and no answer to another owner", async () => {
    const hook = encodeURIComponent(`${receiver.url}?token=${SECRET}`);
    const job = await client.create(golden.slice(0, 1), `?callbackUrl=${hook}`, asAdmin);
    await expect.poll(() => receiver.received.length).toBeGreaterThan(0);
    expect(receiver.received[0]?.path).toContain(SECRET);
    await expect.poll(said).toContain("Gave up on a webhook");
    await expect.poll(() => isLogged("/v1/jobs", 202)).toBe(true);

    // Not even a key of the same owner, which may only read, gets what it would need to write to the receiver.
    for (const path of ["/v1/jobs", `/v1/jobs/${job.id}`])
      expect(JSON.stringify((await client.get(path, asAdmin)).body)).not.toContain(SECRET);
    expect(job.callbackUrl).toBe(`${receiver.url}?…`);

    const { body: key } = await client.postJson("/v1/keys", { name: "other", scopes: ["jobs"] }, asAdmin);
    const other = await Promise.all(
      ["/v1/jobs", `/v1/jobs/${job.id}`, "/v1/dead-letters", "/v1/events"].map((path) =>
        client.get(path, bearer(key.key)),
      ),
    );
    expect(JSON.stringify(other.map(({ body }) => body))).not.toContain(SECRET);
    // Events go to receivers and brokers; the URL does not.
    const { body: events } = await client.get("/v1/events", asAdmin);
    expect(JSON.stringify(events)).not.toContain(SECRET);
    await expect.poll(() => collector.spans.map(({ name }) => name)).toContain("POST /v1/jobs");
    expect(JSON.stringify(collector.spans)).not.toContain(SECRET);
    expect(said()).not.toContain(SECRET);
  });

  it.each([
    ["to a path that does not exist", "/nothing", 404],
    ["with a parameter that does not exist", "/v1/jobs", 400],
    ["of a form without a value that counts", "/process", 405],
  ])("%s is not logged", async (_name, path, status) => {
    const answer = await client.get(`${path}?key=${SECRET}`, asAdmin);
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).not.toContain(SECRET);
    await expect.poll(() => isLogged(path, status)).toBe(true);
    expect(said()).not.toContain(SECRET);
  });

  it("in a callback URL that is refused is neither logged nor repeated", async () => {
    const url = encodeURIComponent(`http://user:${SECRET}@example.com/`);
    const answer = await client.get(`/v1/jobs?callbackUrl=${url}`, asAdmin);
    const posted = await client.postJson(`/v1/jobs?execute=false&callbackUrl=${url}`, {}, asAdmin);
    expect([answer.status, posted.status]).toEqual([400, 400]);
    expect(posted.body.code).toBe("INVALID_CALLBACK_URL");
    expect(JSON.stringify([answer.body, posted.body])).not.toContain(SECRET);
    expect(said()).not.toContain(SECRET);
  });
});

it("what a client sends begins no line of the log, and reaches no terminal raw", async () => {
  const send = (target: string) =>
    sendLines(service.url, [`GET ${target} HTTP/1.1`, "Host: localhost", "Connection: close"]);
  expect((await send("/v1/\x9b31m\x85")).status).toBe(400);
  expect((await send("/v1/%0a%1b[2J%c2%9b")).status).toBe(404);
  await expect.poll(() => isLogged("/v1/%0a%1b[2J%c2%9b", 404)).toBe(true);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: matches control characters on purpose.
  expect(said()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

it("passwords of NATS and MongoDB are not logged where these cannot be reached", async () => {
  const port = await freePort();
  const process = startProcess({
    NATS_URL: `nats://user:${SECRET}@127.0.0.1:${port}`,
    MONGO_URL: `mongodb://user:${SECRET}@127.0.0.1:${port}/sightline`,
    LOG_LEVEL: "debug",
    SERVICES: "sessions",
  });
  try {
    await expect.poll(() => process.log.join("\n")).toContain("NATS cannot be reached");
    expect(process.log.join("\n")).not.toContain(SECRET);
  } finally {
    await process.kill();
  }
});
