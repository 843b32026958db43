import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { ServiceProblem, ServiceUnreachable } from "../../client/errors.ts";
import { SightlineClient } from "../../client/sightline-client.ts";

type Answer = (response: ServerResponse) => void;
let close = () => {};
afterEach(() => close());

/** A service that gives these answers, one after the other, the last one for ever. */
async function answering(...answers: Answer[]) {
  const seen: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  // Of connections that the client keeps, none is closed here by itself.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers["x-api-key"] ?? "-"}`);
    headers.push(request.headers);
    request.resume().on("end", () => answers[Math.min(seen.length, answers.length) - 1]?.(response));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, seen, headers };
}

const json =
  (status: number, body: object, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
const ok = json(200, { id: "a", state: "created" });
const overloaded = json(503, { code: "OVERLOADED", detail: "Later." }, { "Retry-After": "0" });
const breakOff: Answer = (response) => response.destroy();

describe("the client", () => {
  it.each([{}, { url: undefined }, { url: "" }])("says that it needs a URL: %j", (missing) => {
    expect(() => new SightlineClient(missing as never)).toThrow(/^The url of the service is missing/);
  });

  it("refuses a key that cannot be sent, without showing it, and sends one with a line break at its end", async () => {
    const { url, seen } = await answering(ok);
    for (const key of ["secret\nof two lines", "secret\0", "sécret\u2026"])
      expect(() => new SightlineClient({ url, key })).toThrow(/^The key has a character that cannot be sent/);
    await new SightlineClient({ url, key: "of a file\n" }).jobs.get("a");
    expect(seen).toEqual(["GET /v1/jobs/a of a file"]);
  });

  it("sends no id that would make the path another one", async () => {
    const { url, seen } = await answering(ok);
    const client = new SightlineClient({ url });
    for (const id of ["", ".", ".."]) {
      await expect(client.collections.removeFace("people", id)).rejects.toThrow(/cannot be an id or a name/);
      await expect(client.jobs.get(id)).rejects.toThrow(TypeError);
      await expect(client.eventsPage({ jobId: id })).rejects.toThrow(TypeError);
      expect(() => client.events({ jobId: id })).toThrow(TypeError);
    }
    await client.jobs.get("../keys?x");
    expect(seen).toEqual(["GET /v1/jobs/..%2Fkeys%3Fx -"]);
  });

  it("waits for a job in requests that are over before proxies give up", async () => {
    const { url, seen } = await answering(json(200, { items: [] }), json(200, { id: "a", state: "succeeded" }));
    expect(await new SightlineClient({ url }).jobs.finished("a")).toMatchObject({ state: "succeeded" });
    const [, seconds] = /[?&]wait=(\d+)/.exec(seen[0] ?? "") ?? [];
    expect(Number(seconds)).toBeGreaterThan(0);
    expect(Number(seconds)).toBeLessThan(30);
  });

  it("tries again when the service says when", async () => {
    const { url, seen } = await answering(overloaded, json(429, { code: "X" }, { "Retry-After": "0" }), ok);
    expect(await new SightlineClient({ url, key: "secret" }).jobs.execute("a")).toMatchObject({ id: "a" });
    expect(seen).toEqual(Array(3).fill("POST /v1/jobs/a/execute secret"));
  });

  it("gives up when its patience is over", async () => {
    const muchLater = json(503, { code: "OVERLOADED", detail: "Later." }, { "Retry-After": "61" });
    const { url, seen } = await answering(overloaded, muchLater);
    const refusal = await new SightlineClient({ url, patienceMs: 60_000 }).jobs.get("a").catch((error) => error);
    expect(refusal).toBeInstanceOf(ServiceProblem);
    expect(refusal).toMatchObject({ code: "OVERLOADED", status: 503, message: "Later.", retryAfterSeconds: 61 });
    expect(seen).toHaveLength(2);
    const patient = await answering(json(503, {}, { "Retry-After": "3600" }));
    await expect(new SightlineClient({ url: patient.url }).jobs.get("a")).rejects.toMatchObject({ code: "HTTP_503" });
    expect(patient.seen).toHaveLength(1);
  });

  it("sends nothing on to where another address is named, and says which", async () => {
    const elsewhere = await answering(ok);
    const first = close;
    const { url, seen } = await answering((response) =>
      response.writeHead(301, { Location: `${elsewhere.url}/v1/jobs` }).end(),
    );
    const second = close;
    close = () => {
      first();
      second();
    };
    const client = new SightlineClient({ url, key: "secret" });
    const message = `The service is at another address: ${elsewhere.url}/v1/jobs (301).`;
    const refusal = await client.jobs.create([new Blob(["x"])]).catch((error) => error);
    expect(refusal).toBeInstanceOf(ServiceProblem);
    expect(refusal).toMatchObject({ code: "HTTP_301", status: 301, message });
    await expect(client.events().next()).rejects.toThrow(message);
    expect(seen).toEqual(["POST /v1/jobs secret", "GET /v1/events secret"]);
    expect(elsewhere.seen).toEqual([]);
  });

  it("does not try again what is refused for good", async () => {
    const { url, seen } = await answering(json(404, { code: "JOB_NOT_FOUND", detail: "None." }));
    await expect(new SightlineClient({ url }).jobs.get("a")).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
    expect(seen).toHaveLength(1);
  });

  it("sends a request whose answer was lost again only if that does no harm", async () => {
    const { url, seen } = await answering(ok, breakOff, ok, breakOff);
    const client = new SightlineClient({ url });
    await client.jobs.get("a");
    expect(await client.jobs.get("a")).toMatchObject({ id: "a" });
    expect(seen).toHaveLength(3);
    await expect(client.jobs.execute("a")).rejects.toThrow(ServiceUnreachable);
    expect(seen).toHaveLength(4);
  });

  it("tries again where a proxy has no answer of the service, only if that does no harm", async () => {
    const failed = [502, 503, 504].map((status) => json(status, { message: "Bad gateway" }));
    const { url, seen } = await answering(...failed, ok, json(504, {}));
    const client = new SightlineClient({ url });
    expect(await client.jobs.get("a")).toMatchObject({ id: "a" });
    expect(seen).toHaveLength(4);
    await expect(client.jobs.execute("a")).rejects.toMatchObject({ code: "HTTP_504" });
    expect(seen).toHaveLength(5);
  });

  it.each([
    [500, {}],
    [502, { code: "ENCODER_FAILED", detail: "No list." }],
  ])("does not try again after %i of the service itself, %j", async (status, body) => {
    const { url, seen } = await answering(json(status, body), ok);
    await expect(new SightlineClient({ url }).jobs.get("a")).rejects.toMatchObject({ status });
    expect(seen).toHaveLength(1);
  });

  it("sends files again under the same key", async () => {
    const { url, seen } = await answering(ok, breakOff, ok);
    const client = new SightlineClient({ url });
    await client.jobs.get("a");
    await client.jobs.add("a", [{ fileName: "x", content: new Blob(["x".repeat(100_000)]) }], "key");
    expect(seen.slice(1)).toEqual(Array(2).fill("POST /v1/jobs/a/images -"));
  });

  it("creates a job under a key of its own, which a repetition has too", async () => {
    const { url, headers } = await answering(ok, breakOff, ok, ok);
    const client = new SightlineClient({ url });
    await client.jobs.get("a");
    await client.jobs.create([new Blob(["x"])]);
    await client.jobs.create([new Blob(["x"])]);
    const [, first, repeated, another] = headers.map((one) => one["idempotency-key"]);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(repeated).toBe(first);
    expect(another).not.toBe(first);
  });

  it("creates all else under a key, too", async () => {
    const creations: ((client: SightlineClient) => Promise<unknown>)[] = [
      (client) => client.collections.create("friends"),
      (client) => client.collections.add("friends", [1, 2]),
      (client) => client.session.encode(new Blob(["x"])),
      (client) => client.keys.create({ name: "a", scopes: ["jobs"] }),
      (client) => client.webhookSecrets.rotate({ origin: "https://example.com" }),
    ];
    const created = json(201, { items: [{}] });
    for (const create of creations) {
      const { url, headers } = await answering(ok, breakOff, created, created);
      const client = new SightlineClient({ url });
      await client.jobs.get("a");
      await create(client);
      await create(client);
      const [, first, repeated, another] = headers.map((one) => one["idempotency-key"]);
      expect(first).toMatch(/^[0-9a-f]{32}$/);
      expect(repeated).toBe(first);
      expect(another).not.toBe(first);
    }
  });

  it("sends a request again whose connection another client of the service had opened", async () => {
    const { url, seen } = await answering(ok, breakOff, ok, breakOff, ok);
    const client = new SightlineClient({ url });
    await client.jobs.get("a");
    await client.with({ key: "secret" }).jobs.create([new Blob(["x"])]);
    await new SightlineClient({ url }).uploads.add(new Blob(["x"]));
    expect(seen.slice(1)).toEqual([
      ...["POST /v1/jobs secret", "POST /v1/jobs secret"],
      ...["POST /uploadfile -", "POST /uploadfile -"],
    ]);
  });

  it("keeps the whole problem, and takes no proxy's answer for one", async () => {
    const problem = { code: "JOB_NOT_FOUND", status: 404, title: "No job", detail: "None.", type: "/p", more: 1 };
    const { url } = await answering(json(404, problem), json(404, { code: 404 }));
    const client = new SightlineClient({ url });
    await expect(client.jobs.get("a")).rejects.toMatchObject({ problem });
    await expect(client.jobs.get("a")).rejects.toMatchObject({ code: "HTTP_404", problem: undefined });
  });

  it("does not wait for a service that never answered", async () => {
    const { url } = await answering(ok);
    close();
    await expect(new SightlineClient({ url }).jobs.get("a")).rejects.toThrow("nothing listens there");
  });

  it("knows what is no Sightline", async () => {
    const { url } = await answering((response) => response.end("<html>"));
    await expect(new SightlineClient({ url, patienceMs: 0 }).jobs.get("a")).rejects.toThrow("is not Sightline");
  });

  it.each<[string, Answer]>([
    ["204", (response) => response.writeHead(204).end()],
    ["200 without content", (response) => response.writeHead(200, { "Content-Length": "0" }).end()],
    ["200 that ends at once", (response) => response.writeHead(200, { "Transfer-Encoding": "chunked" }).end()],
  ])("takes %s of a proxy for no answer, unless there is nothing to tell", async (_, empty) => {
    const { url } = await answering(empty);
    const client = new SightlineClient({ url, patienceMs: 0 });
    const requests = [client.models(), client.jobs.get("a"), client.openSession(), client.keys.list().next()];
    for (const outcome of await Promise.allSettled(requests))
      expect(outcome).toMatchObject({
        reason: { name: "ServiceUnreachable", message: expect.stringContaining("is not Sightline") },
      });
    expect(await client.jobs.delete("a")).toBeUndefined();
  });

  it("stops when it is told to", async () => {
    const { url } = await answering(overloaded);
    const stop = new AbortController();
    const waiting = new SightlineClient({ url, signal: stop.signal }).jobs.get("a");
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("the event stream", () => {
  const event = (sequence: number, data: object = { subject: "jobs/a" }) =>
    `id: ${sequence}-0123abcd\nevent: x\ndata: ${JSON.stringify({ ...data, sequence: String(sequence) })}\n\n`;
  const stream =
    (text: string): Answer =>
    (response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      // The end comes as a broken connection, after what was sent has arrived.
      response.write(text, () => setImmediate(() => response.destroy()));
    };

  it("goes on after a broken connection, without an event twice or by half", async () => {
    const parts = [`${event(1)}${event(2)}id: 3\ndata: {`, event(2) + event(3), event(4)];
    const { url, seen } = await answering(...parts.map(stream));
    const stop = new AbortController();
    const sequences: string[] = [];
    let lost = 0;
    const client = new SightlineClient({ url });
    for await (const { sequence } of client.events({ after: 0, signal: stop.signal, onLost: () => lost++ })) {
      sequences.push(sequence);
      if (sequence === "4") stop.abort();
    }
    expect(sequences).toEqual(["1", "2", "3", "4"]);
    expect(lost).toBe(2);
    expect(seen).toHaveLength(3);
  });

  it("connects again by itself, also to a service that is at capacity", async () => {
    const { url, headers } = await answering(stream(event(1)), overloaded, stream(event(2)));
    const sequences: string[] = [];
    for await (const { sequence } of new SightlineClient({ url }).events()) {
      sequences.push(sequence);
      if (sequence === "2") break;
    }
    expect(sequences).toEqual(["1", "2"]);
    expect(headers.map((one) => one["last-event-id"])).toEqual(["0", "1-0123abcd", "1-0123abcd"]);
  });

  it("begins again where the log was restored from a backup", async () => {
    const reset = `id: 0\nevent: reset\ndata: ${JSON.stringify({ detail: "Restored." })}\n\n`;
    const { url, headers } = await answering(stream(event(7)), stream(reset + event(1)), stream(event(2)));
    const seen: string[] = [];
    const onReset = (detail: string) => seen.push(detail);
    for await (const { sequence } of new SightlineClient({ url }).events({ after: "6", onReset })) {
      seen.push(sequence);
      if (sequence === "2") break;
    }
    expect(seen).toEqual(["7", "Restored.", "1", "2"]);
    expect(headers.map((one) => one["last-event-id"])).toEqual(["6", "7-0123abcd", "1-0123abcd"]);
  });

  it("ends with the error of a callback", async () => {
    const reset = `id: 0\nevent: reset\ndata: ${JSON.stringify({ detail: "Restored." })}\n\n`;
    const { url } = await answering(stream(reset), json(404, { code: "JOB_NOT_FOUND", detail: "None." }));
    const error = new Error("The caller's own.");
    const onReset = () => {
      throw error;
    };
    await expect(new SightlineClient({ url }).events({ onReset }).next()).rejects.toBe(error);
  });

  it("is refused for good where the service says so", async () => {
    const { url } = await answering(json(404, { code: "JOB_NOT_FOUND", detail: "None." }));
    const events = new SightlineClient({ url }).events({ after: 0, jobId: "a", onLost: () => {} });
    await expect(events.next()).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
  });
});

it.each(["client", "iteration"])("events end with the signal of the %s", async (which) => {
  let stream: ServerResponse | undefined;
  const event: Answer = (response) => {
    stream = response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write('id: 1\ndata: {"sequence":"1"}\n\n');
  };
  const { url } = await answering(event, json(404, { code: "JOB_NOT_FOUND", detail: "None." }));
  const signals = { client: new AbortController(), iteration: new AbortController() };
  const events = new SightlineClient({ url, signal: signals.client.signal }).events({
    signal: signals.iteration.signal,
  });
  expect((await events.next()).value).toEqual({ sequence: "1" });
  const next = events.next();
  signals[which as "client"].abort();
  stream?.end();
  expect(await next).toEqual({ value: undefined, done: true });
});
