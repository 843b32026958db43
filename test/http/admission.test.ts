/** A busy service refuses whole requests from their headers, and does what it has admitted. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { form, golden, JobClient, type Json, manyGolden } from "../support/job-client.ts";
import { modelsDir } from "../support/model-files.ts";
import { answerOf, openPost, rawPost } from "../support/raw-request.ts";
import { type RunningService, startService, temporaryFolder } from "../support/service.ts";

const SERVICES =
  "{services/{api,jobs,events,sessions,encodings}.service.ts,test/support/services/breakable-detector.service.ts}";
const [first, second] = golden as [(typeof golden)[number], (typeof golden)[number]];

let service: RunningService;
let client: JobClient;
const folder = temporaryFolder();
const control = join(folder, "control");
let requests: Promise<unknown>[] = [];

/** A service with one thread, in which each image takes as long as the test says. */
async function start(imageMs: number, environment: NodeJS.ProcessEnv): Promise<void> {
  const common = { THREADS: "1", PROXY_HOPS: "1", AUTH: "off", SIGHTLINE_TEST_CONTROL: control };
  service = await startService({ ...common, ...environment }, SERVICES);
  client = new JobClient(service.url);
  writeFileSync(control, `slow ${imageMs}`);
  // The service learns how long an image takes, and how many a form has.
  expect((await send("warm-up", 1)).status).toBe(200);
}

/** A form of a client at this address. */
function send(address: string, images: number) {
  const headers = { "X-Forwarded-For": address };
  const answer = client.send("POST", "/process", { body: form(manyGolden(images)), headers });
  requests.push(answer);
  return answer;
}

const sendMany = (address: string, count: number, images: number) =>
  Array.from({ length: count }, () => send(address, images));

/** Of requests with images: admitted, or refused. */
const admissions = (outcome: string) => client.metric(`sightline_admissions_total{outcome="${outcome}"}`);
const answered = async () => (await admissions("admitted")) + (await admissions("refused"));

const facesOf = ({ body }: { readonly body: Json }) => body.images.map(({ faces }: Json) => faces);

afterEach(async () => {
  rmSync(control, { force: true });
  await Promise.allSettled(requests);
  requests = [];
  await service.stop();
});

describe("a busy service", () => {
  it("does a request of five images whole, or refuses it whole", async () => {
    // In a minute there is time for several of them, and not for all, also on a machine on which images take longer.
    await start(500, { MAX_WAIT_MS: "60000", IMAGE_TIMEOUT_MS: "600000", QUEUE_SIZE: "3" });
    await send("10.0.0.1", 5);
    // All have arrived before the first is served.
    writeFileSync(control, "hold");
    const sent = ["10.0.0.1", "10.0.0.2"].flatMap((address) => sendMany(address, 20, 5));
    await expect.poll(answered).toBe(2 + sent.length);
    rmSync(control);
    const answers = await Promise.all(sent);
    const done = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 503);
    expect(done.length).toBeGreaterThan(2);
    expect(refused.length).toBeGreaterThan(2);
    expect(done.length + refused.length).toBe(answers.length);
    for (const answer of done) expect(facesOf(answer)).toEqual(golden.map(({ faces }) => faces));
    for (const { headers, body } of refused) {
      expect(body).toMatchObject({ code: "OVERLOADED" });
      expect(headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    }
    expect(await admissions("refused")).toBe(refused.length);
    expect(await admissions("admitted")).toBe(2 + done.length);
    await expect.poll(() => client.metric("sightline_admission_wait_seconds")).toBe(0);
  });

  it("refuses before the body is sent, and never asks for it", async () => {
    await start(2000, { MAX_WAIT_MS: "1000" });
    const expecting = { "Content-Type": "image/jpeg", Expect: "100-continue" };
    writeFileSync(control, "hold");
    const busy = send("10.0.0.1", 1);
    await expect.poll(() => client.metric("sightline_pool_running")).toBe(1);
    // The bodies never come.
    const headers = { "Content-Type": "image/jpeg", "Content-Length": "1000000" };
    for (const more of [{}, { Expect: "100-continue" }]) {
      const socket = await openPost(service.url, "/process", { ...headers, ...more });
      const received: string[] = [];
      socket.setEncoding("utf8").on("data", (text: string) => received.push(text));
      await expect.poll(() => received.join("")).toMatch(/^HTTP\/1.1 503 .*\r\nretry-after: \d+\r\n/is);
      expect(received.join("")).toContain("OVERLOADED");
      socket.destroy();
    }
    const [version] = (await client.get("/v2/models/faces-haar")).body.versions;
    for (const path of ["/v2/models/faces-haar/infer", `/v2/models/faces-haar/versions/${version}/infer`]) {
      const socket = await openPost(service.url, path, { ...headers, ...expecting });
      expect(await answerOf(socket)).toMatchObject({ status: 503, body: { code: "OVERLOADED" } });
    }
    rmSync(control);
    expect((await busy).status).toBe(200);
    // When there is time again, the body is asked for.
    const length = String(first.bytes.length);
    const socket = await openPost(service.url, "/process", { ...expecting, "Content-Length": length });
    const text = new Promise<string>((resolve) => {
      socket.setEncoding("utf8").once("data", resolve);
    });
    expect(await text).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    const answer = answerOf(socket);
    socket.setEncoding("latin1").write(first.bytes);
    socket.destroy();
    await answer;
  });

  it("refuses those who send again at once like the first time, which pages may read, and serves them when there is time", async () => {
    const page = "https://app.example";
    await start(1500, { MAX_WAIT_MS: "1500", CORS_ORIGINS: page });
    writeFileSync(control, "hold");
    const busy = send("10.0.0.1", 1);
    await expect.poll(() => client.metric("sightline_pool_running")).toBe(1);
    for (let request = 0; request < 5; request++) {
      const { status, headers, body } = await send("10.0.0.2", 1);
      expect(status).toBe(503);
      expect(headers.get("retry-after")).toMatch(/^[1-9]\d?$/);
      expect(body).toMatchObject({ code: "OVERLOADED", requestId: headers.get("x-request-id") });
    }
    // Another path, or what is no such request, is not answered by mistake.
    const asked = await client.send("POST", "/process?minSize=x", { headers: { "X-Forwarded-For": "10.0.0.2" } });
    expect(asked).toMatchObject({ status: 400, body: { code: "INVALID_OPTION" } });
    expect(await admissions("refused")).toBe(5);
    const count = 'sightline_http_request_duration_seconds_count{method="POST",route="/process",status="503"}';
    expect(await client.metric(count)).toBe(5);
    const headers = { "Content-Type": "image/jpeg", "X-Forwarded-For": "10.0.0.3", Origin: page };
    for (let request = 0; request < 2; request++) {
      const refused = await rawPost(service.url, { path: "/process", headers, chunks: [first.bytes] });
      expect(refused).toMatchObject({ status: 503, headers: { "access-control-allow-origin": page } });
    }
    rmSync(control);
    await busy;
    expect((await send("10.0.0.2", 1)).status).toBe(200);
  });

  it("refuses a client that would wait for longer than it did before it left, and no other", async () => {
    await start(2000, { MAX_WAIT_MS: "300000", IMAGE_TIMEOUT_MS: "600000" });
    writeFileSync(control, "hold");
    // At least twenty seconds of work.
    for (let address = 2; address < 12; address++) send(`10.0.1.${address}`, 1);
    await expect.poll(answered).toBe(1 + 10);
    const leaving = new AbortController();
    const headers = { "X-Forwarded-For": "10.0.0.1" };
    const left = fetch(`${service.url}/process`, {
      method: "POST",
      body: form(manyGolden(1)),
      headers,
      signal: leaving.signal,
    });
    const ended = expect(left).rejects.toThrow();
    await expect.poll(() => client.metric("sightline_pool_waiting")).toBe(10);
    setTimeout(() => leaving.abort(), 1_000);
    await ended;
    await expect.poll(() => client.metric("sightline_pool_waiting")).toBe(9);
    expect(await send("10.0.0.1", 1)).toMatchObject({ status: 503, body: { code: "OVERLOADED" } });
    const other = send("10.0.0.2", 1);
    await expect.poll(() => admissions("admitted")).toBe(1 + 10 + 2);
    rmSync(control);
    expect((await other).status).toBe(200);
    expect((await send("10.0.0.1", 1)).status).toBe(200);
  });

  it("says in Retry-After when the request is admitted", async () => {
    await start(1000, { MAX_WAIT_MS: "1200" });
    writeFileSync(control, "hold");
    const busy = send("10.0.0.1", 1);
    await expect.poll(() => client.metric("sightline_pool_running")).toBe(1);
    // One image, which took a second and what the machine needed for it.
    const imageSeconds = await client.metric("sightline_admission_wait_seconds");
    expect(imageSeconds).toBeGreaterThanOrEqual(1);
    const refused = await send("10.0.0.2", 1);
    expect(refused.status).toBe(503);
    // Work of two images in 1.2 s.
    expect(refused.headers.get("retry-after")).toBe(String(Math.ceil(2 * imageSeconds - 1.2)));
    rmSync(control);
    await busy;
    expect((await send("10.0.0.2", 1)).status).toBe(200);
  });

  it.skipIf(!modelsDir)("knows how long the images of sessions take, as it knows it of others", async () => {
    await start(300, { MODELS_DIR: modelsDir, MODELS: "faces-haar,face-encoding" });
    const { key } = (await client.get("/session")).body;
    const encode = (bytes: Uint8Array<ArrayBuffer>) => {
      const answer = client.post("/encode", bytes, { key, "Content-Type": "image/jpeg" });
      requests.push(answer);
      return answer;
    };
    expect(await encode(first.bytes)).toMatchObject({ status: 200, body: { faces: [expect.anything()] } });
    writeFileSync(control, "hold");
    const held = encode(second.bytes);
    await expect.poll(() => client.metric("sightline_pool_running")).toBe(1);
    expect(await client.metric("sightline_admission_wait_seconds")).toBeGreaterThan(0.3);
    rmSync(control);
    const { status, body } = await held;
    expect(status).toBe(200);
    expect(body).not.toHaveProperty("timings");
  });

  it("serves a polite client in its turn while another floods it", async () => {
    // There is time for much of the flood, also on a machine on which images take longer.
    await start(20, { MAX_WAIT_MS: "100000", IMAGE_TIMEOUT_MS: "60000", QUEUE_SIZE: "10" });
    await send("10.0.0.1", 5);
    // All have arrived before the first is served.
    writeFileSync(control, "hold");
    const flood = sendMany("10.0.0.1", 120, 5);
    await expect.poll(() => client.metric("sightline_pool_waiting")).toBe(10);
    const polite = sendMany("10.0.0.2", 5, 1);
    await expect.poll(answered).toBe(2 + 120 + 5);
    const served: string[] = [];
    for (const [client, answers] of Object.entries({ flood, polite }))
      for (const answer of answers) void answer.then(({ status }) => status === 200 && served.push(client));
    rmSync(control);
    expect(await Promise.all(polite)).toMatchObject(Array(5).fill({ status: 200 }));
    const answers = await Promise.all(flood);
    // In the order of arrival, the flood of up to 500 images would have come first.
    expect(served.lastIndexOf("polite")).toBeLessThan(30);
    for (const answer of answers.filter(({ status }) => status === 200)) expect(facesOf(answer)).toHaveLength(5);
    expect(served.length).toBeGreaterThan(40);
  });

  it("does not let images of jobs delay others, even where they fill the queue", async () => {
    await start(20, { QUEUE_SIZE: "4", DISPATCH_CONCURRENCY: "64" });
    // More than any machine does while one request is served.
    writeFileSync(control, "slow 200");
    const { id } = await client.create(manyGolden(100));
    await expect.poll(() => client.metric("sightline_pool_waiting")).toBeGreaterThanOrEqual(4);
    expect(facesOf(await send("10.0.0.1", 5))).toEqual(golden.map(({ faces }) => faces));
    expect((await client.get(`/v1/jobs/${id}`)).body.state).toBe("running");
    rmSync(control);
    expect(await client.finished(id)).toMatchObject({ state: "succeeded" });
  });
});
