/** Keys of clients: created, used, listed, replaced, expired and revoked. */
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EventSourceReader } from "../support/event-source.ts";
import type { Json } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { type RunningService, startService, temporaryFolder } from "../support/service.ts";
import { newImage, PNG } from "../support/session-client.ts";

const dataDir = temporaryFolder();
/** Many wrong keys are tried here. */
const environment = { AUTH: "keys", ADMIN_KEY, DATA_DIR: dataDir, FAILED_KEYS_PER_MINUTE: "0" };
let service: RunningService;
let client: KeyClient;
beforeAll(async () => {
  service = await startService(environment);
  client = new KeyClient(service.url);
});
afterAll(() => service.stop());

const process = (headers: Record<string, string>) => client.post("/process", newImage(), { ...PNG, ...headers });

describe("a key", () => {
  it("is created with a name, scopes and an expiry, and shown once", async () => {
    const expiresAt = "2099-01-01T00:00:00.000Z";
    const { status, headers, body } = await client.createKey({
      name: "Tür 東京",
      scopes: ["process", "jobs"],
      expiresAt,
    });
    expect(status).toBe(201);
    expect(headers.get("cache-control")).toBe("private, no-store");
    expect(headers.get("location")).toBe(`/v1/keys/${body.id}`);
    expect(body.key).toMatch(/^sl_[\w-]{43}$/);
    const { key, ...rest } = body;
    expect(rest).toMatchObject({ name: "Tür 東京", scopes: ["process", "jobs"], expiresAt, hint: key.slice(0, 7) });
    expect((await client.get(`/v1/keys/${body.id}`, asAdmin)).body).toEqual(rest);
    const listed = (await client.get("/v1/keys?limit=1000", asAdmin)).body.items;
    expect(listed).toContainEqual(rest);
  });

  it("is made once by requests with one Idempotency-Key, and told to each of them", async () => {
    const create = (more: object = {}, idempotencyKey = "camera-1", path = "/v1/keys") =>
      client.postJson(
        path,
        { name: "camera", scopes: ["jobs"], ...more },
        { ...asAdmin, "Idempotency-Key": idempotencyKey },
      );
    const answers = await Promise.all(Array.from({ length: 10 }, () => create()));
    const [first, ...others] = answers as [(typeof answers)[0]];
    expect(first).toMatchObject({
      status: 201,
      body: { name: "camera", key: expect.stringMatching(/^sl_[\w-]{43}$/) },
    });
    for (const { status, body } of others) expect({ status, body }).toEqual({ status: 201, body: first.body });
    expect(answers.filter(({ headers }) => headers.get("idempotency-replayed") === null)).toHaveLength(1);
    expect((await client.get("/v1/jobs", bearer(first.body.key))).status).toBe(200);
    const named = (await client.get("/v1/keys?limit=1000", asAdmin)).body.items.filter(
      ({ name }: Json) => name === "camera",
    );
    expect(named.map(({ id }: Json) => id)).toEqual([first.body.id]);

    expect(await create({ scopes: ["admin"] })).toMatchObject({
      status: 422,
      body: { code: "IDEMPOTENCY_KEY_REUSED" },
    });
    expect(await create({}, "two words")).toMatchObject({ status: 400, body: { code: "INVALID_OPTION" } });
    const { body: other } = await create({}, "camera-2");
    expect(other.key).not.toBe(first.body.key);
    // Another administrator's is another request.
    const second = bearer((await client.key({ scopes: ["admin"] })).key);
    const theirs = await client.postJson(
      "/v1/keys",
      { name: "x", scopes: ["jobs"] },
      { ...second, "Idempotency-Key": "camera-1" },
    );
    expect(theirs.status).toBe(201);

    await client.revoke(first.body.id);
    const { status, headers, body } = await create();
    expect({ status, replayed: headers.get("idempotency-replayed") }).toEqual({ status: 201, replayed: "true" });
    expect(body).toEqual({ ...first.body, revokedAt: expect.any(String) });
    // Neither the key nor what it is made of is stored.
    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const stored = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1")).join("\n");
    expect(stored).toContain(first.body.id);
    for (const secret of [first.body.key, "camera-1"]) expect(stored).not.toContain(secret);

    // Erased, it is not made again as it was.
    const erased = await client.postJson("/v1/erasures", { key: other.id }, asAdmin);
    expect(erased.status).toBeLessThan(300);
    const { body: anew } = await create({}, "camera-2");
    expect([anew.id, anew.owner, anew.key]).not.toContain(other.id);
    expect(anew.key).not.toBe(other.key);
  });

  it("is made by a corrected request with the Idempotency-Key of one that was at fault", async () => {
    const create = (more: object) =>
      client.postJson(
        "/v1/keys",
        { name: "door", scopes: ["jobs"], ...more },
        { ...asAdmin, "Idempotency-Key": "door-1" },
      );
    for (const fault of [{ expiresAt: "2020-01-01T00:00:00Z" }, { sharesWith: "nobody" }])
      expect((await create(fault)).status).toBeGreaterThanOrEqual(400);
    const corrected = await create({});
    expect(corrected.status).toBe(201);
    expect(corrected.headers.get("idempotency-replayed")).toBeNull();
    expect((await create({})).body).toEqual(corrected.body);
    expect(await create({ expiresAt: "2020-01-01T00:00:00Z" })).toMatchObject({
      status: 422,
      body: { code: "IDEMPOTENCY_KEY_REUSED" },
    });
    expect((await create({})).headers.get("idempotency-replayed")).toBe("true");
  });

  it("is taken in three headers, and is the only one of the request", async () => {
    const { key } = await client.key();
    for (const headers of [
      { Authorization: `bearer  ${key}` },
      { "x-api-key": key },
      { key },
      { key, "x-api-key": key },
    ])
      expect((await process(headers as Record<string, string>)).status).toBe(200);
    const other = await client.key();
    expect(await process({ key, "x-api-key": other.key })).toMatchObject({
      status: 401,
      body: { code: "KEY_INVALID" },
    });
  });

  it.each([
    ["another scheme", { Authorization: "Basic dTpw" }],
    ["no scheme", { Authorization: ADMIN_KEY }],
    ["a scheme without a key", { Authorization: "Bearer" }],
    ["two keys in one header", { Authorization: `Bearer ${ADMIN_KEY} x` }],
    ["a shorter key", bearer(ADMIN_KEY.slice(1))],
    ["a key in another case", bearer(ADMIN_KEY.toUpperCase())],
    ["a long key", bearer("x".repeat(5_000))],
    ["a key with other characters", { "x-api-key": `${ADMIN_KEY}\u00e9` }],
    ["the prototype's name", bearer("__proto__")],
    ["a pattern of a database", bearer('{"$ne":null}')],
    ["a piece of SQL", bearer("'/**/OR/**/1=1--")],
    ["the hash of nothing", bearer("owner:00000000-0000-4000-8000-000000000000")],
  ])("that is wrong is never silently nobody: %s", async (_name, headers) => {
    for (const path of ["/v1/jobs", "/v1/keys", "/v1/whoami", "/metrics", "/session"]) {
      const answer = await client.get(path, headers as Record<string, string>);
      expect(answer).toMatchObject({ status: 401, body: { code: "KEY_INVALID" } });
      expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="sightline", error="invalid_token"');
    }
  });

  it("that is empty is never silently nobody", async () => {
    for (const name of ["x-api-key", "key", "Authorization"])
      for (const path of ["/v1/jobs", "/v1/keys", "/v1/whoami", "/metrics", "/session"])
        expect(await client.get(path, { [name]: "" })).toMatchObject({ status: 401, body: { code: "KEY_REQUIRED" } });
    const { key } = await client.key({ scopes: ["jobs"] });
    expect((await client.get("/v1/jobs", { "x-api-key": "", key })).status).toBe(200);
  });

  it("is 401 with another scheme on the paths of a session too, where a wrong key is 403", async () => {
    const asked = [
      ["GET", "/summary"],
      ["POST", "/encode"],
      ["DELETE", "/session"],
    ] as const;
    for (const [method, path] of asked) {
      const basic = await client.send(method, path, { headers: { Authorization: "Basic dTpw" } });
      expect(basic).toMatchObject({ status: 401, body: { code: "KEY_INVALID" } });
      for (const key of ["", "x".repeat(5_000), "sl_unknown", crypto.randomUUID()]) {
        const wrong = await client.send(method, path, { headers: { key } });
        expect(wrong).toMatchObject({ status: 403, body: { code: "SESSION_KEY_INVALID" } });
      }
    }
  });

  it("is demanded by name of the scheme", async () => {
    const answer = await client.get("/v1/jobs");
    expect(answer).toMatchObject({ status: 401, body: { code: "KEY_REQUIRED" } });
    expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="sightline"');
  });

  it("is refused before the body is read", async () => {
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      "POST /process HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 1000000\r\n\r\n",
    );
    const head = await new Promise<string>((resolve) => socket.once("data", (data) => resolve(String(data))));
    expect(head).toMatch(/^HTTP\/1\.1 401 /);
    socket.destroy();
  });

  it.each<[string, object]>([
    ["no name", { scopes: ["jobs"] }],
    ["an empty name", { name: "", scopes: ["jobs"] }],
    ["a name that moves the cursor", { name: "\u001b[2J", scopes: ["jobs"] }],
    ["a name that turns the text around", { name: "a\u202eb", scopes: ["jobs"] }],
    ["a name with a mark of direction", { name: "a\u061cb", scopes: ["jobs"] }],
    ["no scope", { name: "a", scopes: [] }],
    ["an unknown scope", { name: "a", scopes: ["everything"] }],
    ["a scope twice", { name: "a", scopes: ["jobs", "jobs"] }],
    ["an expiry in the past", { name: "a", scopes: ["jobs"], expiresAt: "2020-01-01T00:00:00Z" }],
    ["an expiry that is no time", { name: "a", scopes: ["jobs"], expiresAt: "soon" }],
    ["an owner of its own choice", { name: "a", scopes: ["jobs"], owner: crypto.randomUUID() }],
    ["a key of its own choice", { name: "a", scopes: ["jobs"], key: "sl_x" }],
  ])("is not created with %s", async (_name, key) => {
    expect((await client.postJson("/v1/keys", key, asAdmin)).status).toBe(400);
  });

  it("is not created by a key without the scope admin", async () => {
    const { key } = await client.key({
      scopes: ["process", "jobs", "sessions", "collections", "read-only", "metrics"],
    });
    const asked = { name: "more", scopes: ["admin"] };
    expect(await client.postJson("/v1/keys", asked, bearer(key))).toMatchObject({
      status: 403,
      body: { code: "SCOPE_MISSING", scopes: ["admin"] },
    });
  });

  it("is read and revoked only if there is one", async () => {
    for (const id of ["x", crypto.randomUUID(), "x".repeat(65), "%00"]) {
      expect(await client.get(`/v1/keys/${id}`, asAdmin)).toMatchObject({
        status: 404,
        body: { code: "KEY_NOT_FOUND" },
      });
      expect(await client.revoke(id)).toMatchObject({ status: 404, body: { code: "KEY_NOT_FOUND" } });
    }
  });

  it("is listed page by page", async () => {
    const made = [await client.key(), await client.key(), await client.key()].map(({ id }) => id);
    const found: string[] = [];
    for (let cursor = ""; ; ) {
      const { body } = await client.get(`/v1/keys?limit=2${cursor && `&cursor=${cursor}`}`, asAdmin);
      found.push(...body.items.map(({ id }: Json) => id));
      if (!body.nextCursor) break;
      cursor = body.nextCursor;
    }
    expect(found).toEqual(expect.arrayContaining(made));
    expect(new Set(found).size).toBe(found.length);
  });
});

describe("what is made with a key", () => {
  it("is seen with all keys of its owner, and with no other", async () => {
    const first = await client.key({ scopes: ["jobs"] });
    const { body: job } = await client.post("/v1/jobs?execute=false", newImage(), { ...PNG, ...bearer(first.key) });
    const next = await client.key({ scopes: ["jobs"], sharesWith: first.id });
    const stranger = await client.key({ scopes: ["jobs"] });
    expect(next.owner).toBe(first.owner);
    await client.revoke(first.id);
    expect((await client.get(`/v1/jobs/${job.id}`, bearer(next.key))).status).toBe(200);
    expect((await client.get(`/v1/jobs/${job.id}`, bearer(stranger.key))).status).toBe(404);
    expect((await client.get("/v1/jobs", bearer(stranger.key))).body.items).toEqual([]);
    expect((await client.createKey({ sharesWith: crypto.randomUUID() })).body.code).toBe("KEY_NOT_FOUND");
  });

  it("is listed by owner, which an administrator may choose, and others may not", async () => {
    const [one, other] = [await client.key({ scopes: ["jobs"] }), await client.key({ scopes: ["jobs"] })];
    const made = await client.post("/v1/jobs?execute=false", newImage(), { ...PNG, ...bearer(one.key) });
    const listed = async (key: string, query: string) => {
      const { body } = await client.get(`/v1/jobs?${query}`, bearer(key));
      return body.items.map(({ id, owner }: { id: string; owner: string }) => ({ id, owner }));
    };
    const [job] = [{ id: made.body.id, owner: one.owner }];
    expect(await listed(ADMIN_KEY, `owner=${one.owner}`)).toEqual([job]);
    expect(await listed(ADMIN_KEY, `owner=${one.owner}&idPrefix=${job.id.slice(0, 8)}`)).toEqual([job]);
    expect(await listed(ADMIN_KEY, `owner=${other.owner}`)).toEqual([]);
    expect(await listed(ADMIN_KEY, "owner=none")).toEqual([]);
    expect(await listed(one.key, `owner=${one.owner}`)).toEqual([job]);
    expect(await listed(other.key, `owner=${one.owner}`)).toEqual([]);
    expect(await listed(other.key, "owner=none")).toEqual([]);
    expect(await listed(other.key, `idPrefix=${job.id.slice(0, 8)}`)).toEqual([]);
  });

  it("may be a job only with the scope for jobs, also where images are only to be processed later", async () => {
    const { key } = await client.key({ scopes: ["process"] });
    for (const headers of [{ Prefer: "respond-async" }, { Prefer: "wait=5" }])
      expect(await process({ ...headers, ...bearer(key) })).toMatchObject({
        status: 403,
        body: { code: "SCOPE_MISSING", scopes: ["jobs"] },
      });
    const both = await client.key({ scopes: ["process", "jobs"] });
    expect((await process({ Prefer: "respond-async", ...bearer(both.key) })).status).toBe(202);
  });
});

describe("a session that a key opens", () => {
  it("may do no more than the key", async () => {
    const { key } = await client.key({ scopes: ["sessions", "read-only", "metrics"] });
    const session = (await client.get("/session", bearer(key))).body.key;
    expect((await client.get("/summary", { key: session })).status).toBe(200);
    expect((await client.get("/v1/whoami", { key: session })).body).toMatchObject({ scopes: ["sessions"] });
    for (const path of ["/v1/jobs", "/metrics", "/v1/keys", "/v1/collections"])
      expect((await client.get(path, { key: session })).body.code).toBe("SCOPE_MISSING");
  });

  it("may do all that concerns its data if an admin opens it, and nothing else", async () => {
    const session = (await client.get("/session", asAdmin)).body.key;
    expect((await client.get("/v1/jobs", { key: session })).body.items).toEqual([]);
    expect((await client.get("/v1/keys", { key: session })).body.code).toBe("SCOPE_MISSING");
  });

  it("ends with the key", async () => {
    const { id, key } = await client.key({ scopes: ["sessions", "jobs"] });
    const session = (await client.get("/session", bearer(key))).body.key;
    expect((await client.get("/v1/jobs", { key: session })).status).toBe(200);
    await client.revoke(id);
    await expect.poll(async () => (await client.get("/v1/jobs", { key: session })).status).toBe(401);
    expect(await client.get("/summary", { key: session })).toMatchObject({
      status: 403,
      body: { code: "SESSION_KEY_INVALID" },
    });
  });
});

describe("a key that is revoked", () => {
  it("is refused, also what it has begun", async () => {
    const { id, key } = await client.key({ scopes: ["jobs", "process"] });
    expect((await process(bearer(key))).status).toBe(200);
    const stream = await EventSourceReader.open(`${service.url}/v1/events`, bearer(key));
    const other = await EventSourceReader.open(`${service.url}/v1/events`, asAdmin);
    expect((await client.revoke(id)).status).toBe(204);
    expect((await client.revoke(id)).status).toBe(204);
    await expect
      .poll(() => process(bearer(key)))
      .toMatchObject({
        status: 401,
        body: { detail: "The key was revoked." },
      });
    await expect.poll(() => stream.isEnded).toBe(true);
    expect(other.isEnded).toBe(false);
    other.close();
    expect((await client.get(`/v1/keys/${id}`, asAdmin)).body.revokedAt).toMatch(/Z$/);
  });
});

describe("a key with an expiry", () => {
  it("is refused after it, also what it has begun", async () => {
    const { key } = await client.key({ scopes: ["jobs"], expiresAt: new Date(Date.now() + 10_000).toISOString() });
    const stream = await EventSourceReader.open(`${service.url}/v1/events`, bearer(key));
    await expect
      .poll(() => client.get("/v1/jobs", bearer(key)))
      .toMatchObject({ status: 401, body: { detail: "The key has expired." } });
    await expect.poll(() => stream.isEnded).toBe(true);
  });
});

describe("in the data and the log", () => {
  it("there is no key, before and after a restart", async () => {
    const { key, hint } = await client.key({ scopes: ["sessions"] });
    const session = (await client.get("/session", bearer(key))).body.key;
    await process(bearer(key));
    const texts = () => [
      ...readdirSync(dataDir, { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile())
        .map((file) => readFileSync(join(file.parentPath, file.name), "latin1")),
      service.log.join("\n"),
    ];
    const kept = () => texts().filter((text) => [key, session, ADMIN_KEY].some((secret) => text.includes(secret)));
    expect(texts().some((text) => text.includes(hint))).toBe(true);
    expect(kept()).toEqual([]);
    // Some of them are stored, some half, some not at all.
    const names = Array.from({ length: 30 }, (_, n) => `killed-${n}`);
    const create = (name: string) =>
      client.postJson("/v1/keys", { name, scopes: ["jobs"] }, { ...asAdmin, "Idempotency-Key": name });
    const sent = names.map((name) => create(name).catch(() => undefined));
    await Promise.race(sent);
    await service.kill();
    const before = await Promise.all(sent);
    service = await startService(environment);
    client = new KeyClient(service.url);
    const after = await Promise.all(names.map(create));
    const listed = (await client.get("/v1/keys?limit=1000", asAdmin)).body.items.map(({ name }: Json) => name);
    expect(listed.filter((name: string) => names.includes(name)).sort()).toEqual([...names].sort());
    for (const [n, { status, body }] of after.entries()) {
      expect(status).toBe(201);
      if (before[n]) expect(body).toEqual(before[n].body);
      expect((await client.whoAmI(body.key)).body.owner).toBe(body.owner);
    }
    expect((await client.whoAmI(key)).status).toBe(200);
    expect((await client.get("/summary", { key: session })).status).toBe(200);
    expect(kept()).toEqual([]);
  });
});

it("an unknown key is looked up each time, so that a new one is valid at once", async () => {
  const keys = await Promise.all(Array.from({ length: 20 }, () => client.key()));
  const statuses = await Promise.all(keys.map(async ({ key }) => (await client.whoAmI(key)).status));
  expect(new Set(statuses)).toEqual(new Set([200]));
});
