import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { astronautFaces, sample } from "../support/images.ts";
import { type RunningService, startService, temporaryFolder } from "../support/service.ts";

const headers = { "Content-Type": "image/png" };

const stopEntries = ({ log }: RunningService) =>
  log.map((line) => JSON.parse(line)).filter(({ msg }) => /^The service (stops|has stopped)/.test(msg));

describe("the life of a node", () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await startService({ THREADS: "1", LOG_LEVEL: "debug" });
  });
  afterAll(() => service.stop());

  it("answers the probes, once it is warm", async () => {
    for (const path of ["/ping", "/healthz"]) {
      const response = await fetch(service.url + path);
      expect(await response.json()).toEqual({ status: "ok" });
    }
    expect(await (await fetch(`${service.url}/readyz`)).json()).toEqual({
      status: "ready",
      threads: expect.any(Number),
      models: expect.objectContaining({ "faces-haar": "ready" }),
    });
  });

  it("takes ids of requests from the client, or makes them, and has them in answers, problems and the log", async () => {
    const ask = (id?: string) => fetch(`${service.url}/nothing`, { headers: id ? { "X-Request-Id": id } : {} });
    const given = await ask("order-4711");
    expect(given.headers.get("x-request-id")).toBe("order-4711");
    expect(await given.json()).toMatchObject({ requestId: "order-4711" });
    const made = await ask();
    expect(made.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    const unfit = await ask("a b;c");
    expect(unfit.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    const lines = () => service.log.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
    await expect
      .poll(lines)
      .toContainEqual(expect.objectContaining({ requestId: "order-4711", path: "/nothing", status: 404 }));
  });
});

describe("a node that is stopped", () => {
  it("is not ready for DRAIN_DELAY_MS, and serves meanwhile", async () => {
    const service = await startService({ THREADS: "1", DRAIN_DELAY_MS: "3600000" });
    try {
      service.process.kill("SIGTERM");
      const readiness = () => fetch(`${service.url}/readyz`).then(({ status }) => status);
      await expect.poll(readiness).toBe(503);
      const body = new Uint8Array(sample("astronaut.png"));
      expect((await fetch(`${service.url}/process`, { method: "POST", headers, body })).status).toBe(200);
    } finally {
      await service.kill();
    }
  });

  it("closes its port when DRAIN_DELAY_MS is over", async () => {
    const service = await startService({ THREADS: "1", DRAIN_DELAY_MS: "1500" });
    const startedAt = Date.now();
    expect(await service.stop()).toBe(0);
    await expect
      .poll(() => stopEntries(service))
      .toMatchObject([{}, { msg: "The service has stopped.", requestsCutOff: 0 }]);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_500);
  });

  it("finishes requests in flight when it is stopped, serves open connections to the end, and takes no new ones", async () => {
    const service = await startService({ THREADS: "1" });
    const upload = httpRequest(`${service.url}/process`, { method: "POST", headers });
    const answered = once(upload, "response");
    const image = sample("astronaut.png");
    upload.write(image.subarray(0, 1000));
    // A second connection whose request has begun as well when the node is stopped.
    const { port } = new URL(service.url);
    const other = connect(Number(port), "127.0.0.1");
    await once(other, "connect");
    other.write("GET /readyz HTTP/1.1\r\n");
    await expect.poll(() => fetch(`${service.url}/ping`).then(({ status }) => status)).toBe(200);

    const stopped = service.stop();
    const ping = () =>
      fetch(`${service.url}/ping`).then(
        () => "served",
        ({ cause }) => cause.code,
      );
    await expect.poll(ping).toBe("ECONNREFUSED");
    other.end("Host: localhost\r\n\r\n");
    const late = (await other.setEncoding("utf8").toArray()).join("");
    expect(late).toMatch(/^HTTP\/1.1 503 .*\r\nConnection: close\r\n.*"code":"SHUTTING_DOWN"/is);

    upload.end(image.subarray(1000));
    const [response] = await answered;
    expect(response.statusCode).toBe(200);
    expect(response.headers.connection).toBe("close");
    const body = await response.toArray();
    expect(JSON.parse(Buffer.concat(body).toString())).toMatchObject({ images: [{ faces: astronautFaces }] });
    expect(await stopped).toBe(0);
  });

  it("finishes requests in flight also when it is stopped while another of its services starts", async () => {
    const never = join(temporaryFolder(), "never");
    const services = "{services/*,test/support/services/held}.service.ts";
    const service = await startService({ THREADS: "1", SIGHTLINE_TEST_CONTROL: never }, services);
    const upload = httpRequest(`${service.url}/process`, { method: "POST", headers });
    const answered = once(upload, "response");
    const image = sample("astronaut.png");
    upload.write(image.subarray(0, 1000));
    const ping = () =>
      fetch(`${service.url}/ping`).then(
        ({ status }) => status,
        ({ cause }) => cause.code,
      );
    await expect.poll(ping).toBe(200);
    const stopped = service.stop();
    await expect.poll(ping).toBe("ECONNREFUSED");
    upload.end(image.subarray(1000));
    const [response] = await answered;
    expect(response.statusCode).toBe(200);
    response.resume();
    expect(await stopped).toBe(0);
  });

  it("stops at the end of its time even if a client never finishes", async () => {
    const service = await startService({ THREADS: "1", SHUTDOWN_TIMEOUT_MS: "300" });
    const expecting = { ...headers, Expect: "100-continue" };
    const upload = httpRequest(`${service.url}/process`, { method: "POST", headers: expecting });
    upload.on("error", () => {}).flushHeaders();
    await once(upload, "continue");
    upload.write("x");
    expect(await service.stop()).toBe(0);
    await expect
      .poll(() => stopEntries(service))
      .toMatchObject([
        { level: 30, msg: "The service stops, by SIGTERM." },
        { level: 30, msg: "The service has stopped.", requestsCutOff: 1 },
      ]);
  });
});
