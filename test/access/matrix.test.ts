/**
 * Every route with every kind of key: what is not allowed gets the documented refusal, what is allowed the documented
 * answer. The expectations are written out here once more, so that a change of the table of the routes shows.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessOfRoute, routeAccess } from "../../lib/http/routes/access.ts";
import { staticRoutes } from "../../lib/http/routes/static-routes.ts";
import { type Scope, scopes } from "../../lib/sessions/scopes.ts";
import api from "../../services/api.service.ts";
import { resolved, undocumentedIn } from "../support/api-document.ts";
import { type EncoderStub, startEncoderStub } from "../support/encoder-stub.ts";
import { badFile, form, type Json } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { newImage, PNG } from "../support/session-client.ts";

type Fields = Record<string, string>;
interface Sent {
  readonly path: string;
  readonly body?: RequestInit["body"];
  readonly headers?: Fields;
}

/** What a route needs, how it is asked, and what the owner and others with the scope get. */
interface Expectation {
  /** `public`, `any`, `admin`, `session …`, or scopes. */
  readonly needs: string;
  readonly send: () => Sent | Promise<Sent>;
  readonly own: readonly number[];
  /** Further scopes that a key needs, though a session does not. */
  readonly alsoNeeds?: readonly Scope[];
  /** Default: as `own`, for what belongs to nobody or to each. */
  readonly other?: readonly number[];
}

let stub: EncoderStub;
let service: RunningService;
let client: KeyClient;
let tenant: { readonly key: string; readonly id: string };
/** A job of the tenant with an image that is done and one that failed, and an upload. */
let jobId: string;
let uploadId: string;
let faceId: string;

const JSON_TYPE = { "Content-Type": "application/json" };
const json = (path: string, value: unknown): Sent => ({ path, body: JSON.stringify(value), headers: JSON_TYPE });
const image = (path: string): Sent => ({ path, body: newImage(), headers: PNG });
const as = (key: string) => bearer(key);

async function freshJob(): Promise<string> {
  const files = form([{ name: "a.png", bytes: newImage() }]);
  const { status, body } = await client.post("/v1/jobs?execute=false", files, as(tenant.key));
  expect(status).toBe(201);
  return body.id;
}
async function freshCollection(): Promise<string> {
  const name = `c-${crypto.randomUUID()}`;
  expect((await client.postJson("/v1/collections", { name }, as(tenant.key))).status).toBe(201);
  return name;
}
async function freshFace(): Promise<string> {
  const { body } = await client.post("/v1/collections/kept/faces", newImage(), { ...PNG, ...as(tenant.key) });
  return body.items[0].id;
}
const tensor = () => ({ name: "image", shape: [1], datatype: "BYTES", data: [newImage().toString("base64")] });
const infer = (path: string) => json(path, { inputs: [tensor()] });
const get = (path: string) => () => ({ path });

const expectations: Readonly<Record<string, Expectation>> = {
  "GET ping": { needs: "public", send: get("/ping"), own: [200] },
  "GET healthz": { needs: "public", send: get("/healthz"), own: [200] },
  "GET readyz": { needs: "public", send: get("/readyz"), own: [200] },
  "GET problems": { needs: "public", send: get("/problems"), own: [200] },
  "GET problems/:code": { needs: "public", send: get("/problems/NO_IMAGE"), own: [200] },
  "GET v2": { needs: "public", send: get("/v2"), own: [200] },
  "GET v2/health/live": { needs: "public", send: get("/v2/health/live"), own: [200] },
  "GET v2/health/ready": { needs: "public", send: get("/v2/health/ready"), own: [200] },

  "GET metrics": { needs: "metrics", send: get("/metrics"), own: [200] },
  "GET v1/nodes": { needs: "metrics", send: get("/v1/nodes"), own: [200] },
  "GET v1/statistics": { needs: "metrics jobs read-only", send: get("/v1/statistics"), own: [200] },
  "GET v1/activity": { needs: "metrics", send: get("/v1/activity?range=day"), own: [200] },

  "GET v1/whoami": { needs: "any", send: get("/v1/whoami"), own: [200] },
  "POST v1/sign-in": { needs: "public", send: () => json("/v1/sign-in", { key: tenant.key }), own: [204] },
  "POST v1/sign-out": { needs: "public", send: get("/v1/sign-out"), own: [204] },
  "GET v1/models": { needs: "any", send: get("/v1/models"), own: [200] },
  "GET v1/models/:name": { needs: "any", send: get("/v1/models/faces-haar"), own: [200] },
  "GET v2/models/:name": { needs: "any", send: get("/v2/models/faces-haar"), own: [200] },
  "GET v2/models/:name/ready": { needs: "any", send: get("/v2/models/faces-haar/ready"), own: [200] },
  "GET v2/models/:name/versions/:version": { needs: "any", send: get("/v2/models/faces-haar/versions/0"), own: [404] },
  "GET v2/models/:name/versions/:version/ready": {
    needs: "any",
    send: get("/v2/models/faces-haar/versions/0/ready"),
    own: [404],
  },
  "GET v2/models/:name/config": { needs: "any", send: get("/v2/models/faces-haar/config"), own: [200] },
  "GET v2/models/:name/versions/:version/config": {
    needs: "any",
    send: get("/v2/models/faces-haar/versions/0/config"),
    own: [404],
  },
  "GET v2/models/stats": { needs: "metrics", send: get("/v2/models/stats"), own: [200] },
  "GET v2/models/:name/stats": { needs: "metrics", send: get("/v2/models/faces-haar/stats"), own: [200] },
  "GET v2/models/:name/versions/:version/stats": {
    needs: "metrics",
    send: get("/v2/models/faces-haar/versions/0/stats"),
    own: [404],
  },
  "POST v2/repository/index": { needs: "any", send: () => json("/v2/repository/index", {}), own: [200] },
  "POST v2/repository/models/:name/load": {
    needs: "admin",
    send: () => json("/v2/repository/models/nothing/load", {}),
    own: [404],
  },
  "POST v2/repository/models/:name/unload": {
    needs: "admin",
    send: () => json("/v2/repository/models/nothing/unload", {}),
    own: [404],
  },

  "POST process": { needs: "process", send: () => image("/process"), own: [200] },
  "POST v1/compare": {
    needs: "process",
    send: () => ({ path: "/v1/compare", body: form([1, 2].map((n) => ({ name: `${n}.png`, bytes: newImage() }))) }),
    own: [200],
  },
  "POST v2/models/:name/infer": { needs: "process", send: () => infer("/v2/models/faces-haar/infer"), own: [200] },
  "POST v2/models/:name/versions/:version/infer": {
    needs: "process",
    send: () => infer("/v2/models/faces-haar/versions/0/infer"),
    own: [404],
  },

  "POST v1/jobs": { needs: "jobs", send: () => image("/v1/jobs"), own: [202] },
  "GET v1/jobs": { needs: "jobs read-only", send: get("/v1/jobs"), own: [200] },
  "GET v1/jobs/:id": {
    needs: "jobs read-only",
    send: () => ({ path: `/v1/jobs/${jobId}` }),
    own: [200],
    other: [404],
  },
  "DELETE v1/jobs/:id": {
    needs: "jobs",
    send: async () => ({ path: `/v1/jobs/${await freshJob()}` }),
    own: [204],
    other: [404],
  },
  "POST v1/jobs/:id/images": {
    needs: "jobs",
    send: async () => image(`/v1/jobs/${await freshJob()}/images`),
    own: [200],
    other: [404],
  },
  "POST v1/jobs/:id/execute": {
    needs: "jobs",
    send: async () => ({ path: `/v1/jobs/${await freshJob()}/execute` }),
    own: [202],
    other: [404],
  },
  "POST v1/jobs/:id/cancel": {
    needs: "jobs",
    send: async () => ({ path: `/v1/jobs/${await freshJob()}/cancel` }),
    own: [200],
    other: [404],
  },
  "POST v1/jobs/:id/retry": {
    needs: "jobs",
    send: async () => ({ path: `/v1/jobs/${await freshJob()}/retry` }),
    // It has not failed.
    own: [409],
    other: [404],
  },
  "GET v1/jobs/:id/results": {
    needs: "jobs read-only",
    send: () => ({ path: `/v1/jobs/${jobId}/results` }),
    own: [200],
    other: [404],
  },
  "GET v1/jobs/:id/export": {
    needs: "jobs read-only",
    send: () => ({ path: `/v1/jobs/${jobId}/export` }),
    own: [200],
    other: [404],
  },
  "GET v1/jobs/:id/events": {
    needs: "jobs read-only",
    send: () => ({ path: `/v1/jobs/${jobId}/events` }),
    own: [200],
    other: [404],
  },
  "GET v1/jobs/:id/images/:index/picture": {
    needs: "jobs read-only",
    send: () => ({ path: `/v1/jobs/${jobId}/images/0/picture` }),
    own: [200],
    other: [404],
  },
  "GET v1/events": { needs: "jobs read-only", send: get("/v1/events"), own: [200] },
  "GET v1/dead-letters": { needs: "jobs read-only", send: get("/v1/dead-letters"), own: [200] },
  "GET v1/webhooks/deliveries": { needs: "jobs read-only", send: get("/v1/webhooks/deliveries"), own: [200] },
  "POST v1/webhooks/deliveries/:id/retry": {
    needs: "jobs",
    // Nothing was given up; `http/deliveries.test.ts` has some that was.
    send: get(`/v1/webhooks/deliveries/${crypto.randomUUID()}.created.0/retry`),
    own: [404],
  },
  "POST v1/webhook-secrets": {
    needs: "jobs",
    send: () => json("/v1/webhook-secrets", { origin: "https://example.com" }),
    own: [201],
  },
  "GET v1/webhook-secrets": { needs: "jobs read-only", send: get("/v1/webhook-secrets"), own: [200] },
  "DELETE v1/webhook-secrets": {
    needs: "jobs",
    send: get("/v1/webhook-secrets?origin=https://none.example"),
    own: [404],
  },
  "POST uploadfile": { needs: "jobs", send: () => image("/uploadfile/"), own: [201] },
  "GET face_encoding/:id": {
    needs: "jobs read-only",
    send: () => ({ path: `/face_encoding/${uploadId}/` }),
    own: [200],
    other: [404],
  },
  "GET stats": { needs: "jobs read-only", send: get("/stats/"), own: [200] },
  "GET bonus": { needs: "jobs read-only", send: get("/bonus/"), own: [200] },

  "GET session": { needs: "sessions", send: get("/session"), own: [200] },
  "POST session": { needs: "sessions", send: get("/session"), own: [200] },
  // A session holds five images.
  "POST encode": { needs: "session sessions", send: () => image("/encode"), own: [200, 403] },
  "GET summary": { needs: "session sessions read-only", send: get("/summary"), own: [200] },

  "POST v1/collections": {
    needs: "collections",
    send: () => json("/v1/collections", { name: `c-${crypto.randomUUID()}` }),
    own: [201],
  },
  "GET v1/collections": { needs: "collections read-only", send: get("/v1/collections"), own: [200] },
  "GET v1/collections/:name": {
    needs: "collections read-only",
    send: get("/v1/collections/kept"),
    own: [200],
    other: [404],
  },
  "DELETE v1/collections/:name": {
    needs: "collections",
    send: async () => ({ path: `/v1/collections/${await freshCollection()}` }),
    own: [204],
    other: [404],
  },
  "POST v1/collections/:name/faces": {
    needs: "collections",
    send: () => image("/v1/collections/kept/faces"),
    own: [201],
    other: [404],
  },
  "GET v1/collections/:name/faces": {
    needs: "collections read-only",
    send: get("/v1/collections/kept/faces"),
    own: [200],
    other: [404],
  },
  "DELETE v1/collections/:name/faces/:id": {
    needs: "collections",
    send: async () => ({ path: `/v1/collections/kept/faces/${await freshFace()}` }),
    own: [204],
    other: [404],
  },
  "POST v1/collections/:name/search": {
    needs: "collections read-only",
    send: () => image("/v1/collections/kept/search"),
    own: [200],
    other: [404],
  },

  "POST v1/erasures": {
    // Of another owner; `erasure.test.ts` has a key's own.
    needs: "admin",
    send: async () => json("/v1/erasures", { key: (await client.key()).id }),
    // What takes longer is answered before it is done.
    own: [200, 202],
  },
  "GET v1/erasures/:id": {
    needs: "public",
    send: () => ({ path: `/v1/erasures/${crypto.randomUUID()}` }),
    own: [404],
  },
  "GET v1/audit": { needs: "admin", send: get("/v1/audit"), own: [200] },
  "POST v1/keys": { needs: "admin", send: () => json("/v1/keys", { name: "k", scopes: ["process"] }), own: [201] },
  "GET v1/keys": { needs: "admin", send: get("/v1/keys"), own: [200] },
  "GET v1/keys/:id": { needs: "admin", send: () => ({ path: `/v1/keys/${tenant.id}` }), own: [200] },
  "DELETE v1/keys/:id": {
    needs: "admin",
    send: async () => ({ path: `/v1/keys/${(await client.key()).id}` }),
    own: [204],
  },
  // Last: it erases what the tenant has.
  "DELETE session": {
    needs: "session sessions",
    alsoNeeds: ["jobs", "collections"],
    send: get("/session"),
    own: [204],
  },
};

/** Changed in the database: a key made to expire in a few seconds may do so before a slow machine has made it. */
async function expiredKey(): Promise<{ readonly key: string }> {
  const expiresAt = "2099-01-01T00:00:00.000Z";
  const made = await client.key({ scopes: ["admin"], sharesWith: tenant.id, expiresAt });
  const database = new DatabaseSync(join(service.dataDir, "sightline.db"), { timeout: 30_000 });
  const expire = "UPDATE client_keys SET body = replace(body, ?, '2020-01-01T00:00:00.000Z') WHERE id = ?";
  const { changes } = database.prepare(expire).run(expiresAt, made.id);
  database.close();
  expect(changes).toBe(1);
  return made;
}

const clientScopes = scopes.filter((scope) => scope !== "admin");
/** Headers of each kind of caller, and what it may do; `owns` the tenant's data or not. */
interface Caller {
  readonly headers: Fields;
  readonly scopes: readonly Scope[];
  readonly owns: boolean;
  /** Why its key is refused. */
  readonly refused?: "missing" | "invalid";
}
const callers: Record<string, Caller> = {};

const { aliases } = (api.settings as unknown as { routes: [{ aliases: Record<string, unknown> }] }).routes[0];
const pages = new Set(Object.keys(staticRoutes));
const routes = Object.keys(aliases).filter((route) => !pages.has(route));
const documented = resolved(JSON.parse(readFileSync("docs/openapi.json", "utf8"))).paths as Json;

beforeAll(async () => {
  stub = await startEncoderStub();
  // Every route is asked with several wrong keys.
  const settings = { AUTH: "keys", ADMIN_KEY, FAILED_KEYS_PER_MINUTE: "0", ANONYMOUS_REQUESTS_PER_MINUTE: "0" };
  service = await startService({ ...settings, ENCODER_URL: stub.url, LOG_LEVEL: "warn" });
  client = new KeyClient(service.url);
  tenant = await client.key({ scopes: [...clientScopes] });
  const mine = as(tenant.key);
  const { body: job } = await client.post("/v1/jobs", form([{ name: "a.png", bytes: newImage() }, badFile]), mine);
  jobId = job.id;
  await client.get(`/v1/jobs/${jobId}/results?wait=60`, mine);
  uploadId = (await client.post("/uploadfile/", newImage(), { ...PNG, ...mine })).body.id;
  expect((await client.postJson("/v1/collections", { name: "kept" }, mine)).status).toBe(201);
  faceId = await freshFace();
  expect(faceId).toMatch(/./);

  const { key: session } = (await client.get("/session", mine)).body;
  const other = await client.key({ scopes: [...clientScopes] });
  const expired = await expiredKey();
  expect((await client.whoAmI(expired.key)).status).toBe(401);
  const revoked = await client.key({ scopes: ["admin"], sharesWith: tenant.id });
  expect((await client.whoAmI(revoked.key)).status).toBe(200);
  await client.revoke(revoked.id);
  Object.assign(callers, {
    "no key": { headers: {}, scopes: [], owns: false, refused: "missing" },
    "a session": { headers: { key: session }, scopes: ["process", "jobs", "sessions", "collections"], owns: false },
    "another tenant's key": { headers: as(other.key), scopes: clientScopes, owns: false },
    "an expired key": { headers: as(expired.key), scopes: [], owns: false, refused: "invalid" },
    "a revoked key": { headers: as(revoked.key), scopes: [], owns: false, refused: "invalid" },
    "an unknown key": { headers: as(`${ADMIN_KEY}x`), scopes: [], owns: false, refused: "invalid" },
    "an admin key": { headers: asAdmin, scopes, owns: true },
  } satisfies Record<string, Caller>);
  for (const scope of clientScopes) {
    const { key } = await client.key({ scopes: [scope], sharesWith: tenant.id });
    callers[`a key for ${scope}`] = { headers: as(key), scopes: [scope], owns: true };
  }
});
afterAll(async () => {
  await service.stop();
  await stub.close();
});

it("has an expectation for every route, and for no other", () => {
  expect(Object.keys(expectations).sort()).toEqual(routes.sort());
  expect(Object.keys(routeAccess).sort()).toEqual(routes.sort());
});

it("a route without an entry in the table of access keeps the service from starting", () => {
  expect(() => accessOfRoute("GET v1/secrets")).toThrow("GET v1/secrets has no entry in lib/http/routes/access.ts.");
  // Names that every object has are no entries.
  for (const name of ["constructor", "__proto__", "toString"]) expect(() => accessOfRoute(name)).toThrow(/no entry/);
});

function expected(
  { needs, alsoNeeds = [], own, other = own }: Expectation,
  caller: Caller,
  isAdmin: boolean,
  isOwnName: boolean,
) {
  const words = needs.split(" ");
  if (words[0] === "public") return { statuses: own };
  const isOfSession = words[0] === "session";
  const needed = (isOfSession ? words.slice(1) : words) as Scope[];
  if (caller.refused) {
    if (isOfSession) return { statuses: [403], code: "SESSION_KEY_INVALID" };
    return { statuses: [401], code: caller.refused === "missing" ? "KEY_REQUIRED" : "KEY_INVALID" };
  }
  const has = (scope: Scope) => isAdmin || caller.scopes.includes(scope);
  const isAllowed = words[0] === "any" || ((needed.some(has) || isAdmin) && alsoNeeds.every(has));
  if (!isAllowed) return { statuses: [403], code: "SCOPE_MISSING" };
  // Names of collections are each owner's own, also an admin's.
  return { statuses: caller.owns && !(isAdmin && isOwnName) ? own : other };
}

describe("an admin key", () => {
  it("sees the jobs, events, images and dead letters of all owners", async () => {
    const jobs = (await client.get("/v1/jobs?limit=1000", asAdmin)).body.items as Json[];
    expect(jobs.map(({ id }) => id)).toContain(jobId);
    const events = (await client.get("/v1/events?limit=1000", asAdmin)).body.items as Json[];
    expect(events.some(({ subject }) => subject.includes(jobId))).toBe(true);
    const letters = (await client.get("/v1/dead-letters?limit=1000", asAdmin)).body.items as Json[];
    const own = (await client.get("/v1/dead-letters?limit=1000", as(tenant.key))).body.items as Json[];
    expect(letters.map(({ jobId: id }) => id)).toEqual(expect.arrayContaining(own.map(({ jobId: id }) => id)));
  });

  it("acts for an owner that it names, and nobody else does", async () => {
    const { owner } = (await client.whoAmI(tenant.key)).body;
    const forTenant = { ...asAdmin, "Sightline-Owner": owner };
    expect((await client.get("/v1/collections/kept", forTenant)).status).toBe(200);
    expect((await client.get("/v1/collections/kept", asAdmin)).status).toBe(404);
    expect((await client.get("/stats/", forTenant)).body.total).toBeGreaterThan(0);
    expect((await client.get("/v1/jobs", { ...asAdmin, "Sightline-Owner": "none" })).body.items).toEqual([]);
    const wrong = await client.get("/v1/jobs", { ...asAdmin, "Sightline-Owner": "*" });
    expect(wrong).toMatchObject({ status: 400, body: { code: "INVALID_OPTION" } });
    const { key } = await client.key({ scopes: [...clientScopes] });
    const stranger = await client.get("/v1/collections/kept", { ...as(key), "Sightline-Owner": owner });
    expect(stranger).toMatchObject({ status: 403, body: { code: "SCOPE_MISSING" } });
  });
});

describe("statistics", () => {
  const statistics = async (headers: Fields) => (await client.get("/v1/statistics", headers)).body;
  const sumOf = (jobs: Record<string, number>) => Object.values(jobs).reduce((sum, count) => sum + count, 0);

  it("are of the key's owner, and tell nothing of others, without the scope metrics", async () => {
    const { key, owner } = await client.key({ scopes: ["jobs", "process"] });
    const { key: reader } = await client.key({ scopes: ["read-only"] });
    const quiet = await statistics(as(reader));
    await client.post("/process", newImage(), { ...PNG, ...as(key) });
    expect((await client.post("/v1/jobs?execute=false", newImage(), { ...PNG, ...as(key) })).status).toBe(201);
    const { body: broken } = await client.post("/v1/jobs", form([badFile]), as(key));
    await client.get(`/v1/jobs/${broken.id}/results?wait=60`, as(key));
    const own = { ...quiet.jobs, created: 1, failed: 1 };
    // Answers are shared for a while.
    await expect.poll(async () => (await statistics(as(key))).jobs).toEqual(own);
    const names = ["deadLetters", "jobs", "lastSequence", "time"];
    expect(Object.keys(await statistics(as(key))).sort()).toEqual(names);
    const { time: _time, lastSequence: _sequence, ...untouched } = await statistics(as(reader));
    expect(untouched).toEqual({ jobs: quiet.jobs, deadLetters: 0 });
    expect(sumOf(quiet.jobs)).toBe(0);
    expect((await statistics({ ...asAdmin, "Sightline-Owner": owner })).jobs).toEqual(own);
  });

  it("are of the whole service for administrators and for those who watch it", async () => {
    const { key } = await client.key({ scopes: ["metrics", "jobs"] });
    for (const headers of [asAdmin, as(key)]) {
      const all = await statistics(headers);
      expect(sumOf(all.jobs)).toBeGreaterThan(0);
      expect(all).toMatchObject({ queue: { waiting: expect.any(Number) }, activity: { bucketSeconds: 10 } });
    }
  });
});

describe.each(Object.entries(expectations))("%s", (route, expectation) => {
  const [method = "", path = ""] = route.split(" ");
  const operation = documented[`/${path.replaceAll(/:(\w+)/g, "{$1}")}`]?.[method.toLowerCase()];

  it("gives every caller the documented answer", async () => {
    for (const [name, caller] of Object.entries(callers)) {
      const { statuses, code } = expected(
        expectation,
        caller,
        name === "an admin key",
        /collections\/:name/.test(path),
      );
      const { path: target, headers, body } = await expectation.send();
      const init = { headers: { ...headers, ...caller.headers }, ...(body && { body }) };
      const answer = await client.send(method, target, init);
      expect(statuses, `${name}: ${answer.status} ${JSON.stringify(answer.body)}`).toContain(answer.status);
      if (code) expect(answer.body.code, name).toBe(code);
      expect(answer.headers.has("www-authenticate"), name).toBe(answer.status === 401);
      // What is documented, not left to the default.
      expect(undocumentedIn(operation, answer), `${name}: ${answer.status}`).toEqual([]);
      if (code)
        expect(Object.keys(operation.responses[answer.status].content["application/problem+json"].examples)).toContain(
          code,
        );
    }
  });

  it("only administrators name an owner, which is documented", async () => {
    const { path: target, headers, body } = await expectation.send();
    const named = { ...headers, ...as(tenant.key), "Sightline-Owner": "none" };
    const answer = await client.send(method, target, { headers: named, ...(body && { body }) });
    const isPublic = expectation.needs === "public";
    expect(isPublic ? "" : answer.body.code, JSON.stringify(answer.body)).toBe(isPublic ? "" : "SCOPE_MISSING");
    const { examples = {} } = operation.responses?.["403"]?.content?.["application/problem+json"] ?? {};
    expect("SCOPE_MISSING" in examples).toBe(!isPublic);
  });

  it("is documented with the security that it has", () => {
    const isPublic = expectation.needs === "public";
    const isAlways = /^(session|admin)\b/.test(expectation.needs);
    const headers = [{ bearer: [] }, { apiKey: [] }, { sessionKey: [] }];
    expect(operation.security).toEqual(isPublic ? [] : isAlways ? headers : [{}, ...headers]);
  });
});
