/**
 * Who may use the service as it is started: this machine without keys, others with keys, all where that is asked for.
 */
import { rmSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { FIRST_ADMIN } from "../../lib/sessions/owner.ts";
import { sightline } from "../support/command-line.ts";
import { JobClient } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { type RunningProcess, type RunningService, startService, temporaryFolder } from "../support/service.ts";

const running: RunningService[] = [];
afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
});
async function start(environment: NodeJS.ProcessEnv): Promise<RunningService> {
  const service = await startService({ THREADS: "1", ...environment });
  running.push(service);
  return service;
}

/** An address of this machine that is not loopback. */
const address = Object.values(networkInterfaces())
  .flat()
  .find((candidate) => candidate?.family === "IPv4" && !candidate.internal)?.address;

const PRINTED = /^The admin key of this service, which is not shown again: (sl_[\w-]{43})$/;
const printed = ({ log }: Pick<RunningProcess, "log">) => log.flatMap((line) => PRINTED.exec(line)?.[1] ?? []);
const said = ({ log }: Pick<RunningProcess, "log">) => log.filter((line) => /listens on http:|AUTH=off/.test(line));

const REVOKE = ["key", "revoke", FIRST_ADMIN];
const WITHOUT_ADMIN = /There is no admin key any more.* ADMIN_KEY/;

describe("without any setting", () => {
  let service: RunningService;
  let client: KeyClient;
  beforeAll(async () => {
    service = await startService({ HOST: "" });
    client = new KeyClient(service.url);
  });
  afterAll(() => service.stop());

  it("only this machine reaches the service, which says so in one sentence and needs no key", async (context) => {
    expect((await client.get("/v1/jobs")).status).toBe(200);
    await expect.poll(() => said(service)).toHaveLength(1);
    expect(said(service)[0]).toContain("for this machine only and without keys; HOST=0.0.0.0 opens it to others");
    expect(printed(service)).toEqual([]);
    if (!address) return context.skip("no address but loopback");
    await expect(fetch(`http://${address}:${new URL(service.url).port}/ping`)).rejects.toThrow();
  });

  it("nobody can make keys, who could use them once the service is open to others", async () => {
    expect((await client.postJson("/v1/keys", { name: "a", scopes: ["admin"] })).body).toMatchObject({
      code: "KEY_REQUIRED",
      detail: expect.stringContaining("Start the service with ADMIN_KEY"),
    });
    expect((await client.get("/v1/keys")).status).toBe(401);
    expect((await client.get("/v1/whoami")).body).toEqual({
      lastSequence: 0,
      access: "local",
      owner: null,
      scopes: ["process", "jobs", "sessions", "collections", "read-only", "metrics"],
    });
  });

  it("the refusal of an erasure names the key of a session, which is enough", async () => {
    const { body } = await client.postJson("/v1/erasures", {});
    expect(body).toMatchObject({ code: "KEY_REQUIRED", detail: expect.stringContaining("the key of a session") });
    const { key } = (await client.get("/session")).body;
    expect(await client.postJson("/v1/erasures", {}, { key })).toMatchObject({ status: 200, body: { state: "done" } });
  });

  it("requests without a key are not limited", async () => {
    const { headers } = await client.get("/v1/models");
    expect(headers.get("ratelimit-limit")).toBeNull();
  });
});

describe("where others reach the service", () => {
  it("an admin key is printed once, ever, and opens it", async () => {
    const DATA_DIR = temporaryFolder();
    const environment = { HOST: "0.0.0.0", DATA_DIR, LOG_LEVEL: "error" };
    const first = await start(environment);
    await expect.poll(() => printed(first)).toHaveLength(1);
    const [key = ""] = printed(first);
    for (const path of ["/v1/jobs", "/v1/events", "/v1/models", "/v1/collections", "/stats/", "/metrics", "/session"])
      expect(await new JobClient(first.url).get(path)).toMatchObject({ status: 401, body: { code: "KEY_REQUIRED" } });
    await first.kill();
    running.pop();

    const second = await start({ ...environment, LOG_LEVEL: "info" });
    const client = new KeyClient(second.url);
    expect((await client.get("/v1/keys", bearer(key))).status).toBe(200);
    await expect.poll(() => said(second)).toHaveLength(1);
    expect(said(second)[0]).toContain("requests need a key");
    // Longer than the first took to print it.
    await expect.poll(async () => (await client.get("/v1/nodes", bearer(key))).status).toBe(200);
    expect(printed(second)).toEqual([]);
  });

  it("ADMIN_KEY takes its place, and another ends it; sessions need a key, unless SESSIONS=open", async () => {
    const DATA_DIR = temporaryFolder();
    const first = await start({ HOST: "0.0.0.0", DATA_DIR, ADMIN_KEY, SESSIONS: "open" });
    expect((await new KeyClient(first.url).get("/v1/keys", asAdmin)).status).toBe(200);
    expect(first.log.join("\n")).not.toContain(ADMIN_KEY);
    expect(printed(first)).toEqual([]);
    const { key } = (await new JobClient(first.url).get("/session")).body;
    expect((await new JobClient(first.url).get("/v1/jobs", { key })).status).toBe(200);
    for (const path of ["/metrics", "/v1/nodes", "/v1/keys"])
      expect((await new JobClient(first.url).get(path, { key })).body.code).toBe("SCOPE_MISSING");
    await first.stop();
    running.pop();
    const second = await start({ HOST: "0.0.0.0", DATA_DIR, ADMIN_KEY: ADMIN_KEY.replaceAll("a", "b") });
    expect((await new KeyClient(second.url).get("/v1/keys", asAdmin)).status).toBe(401);
    expect((await new JobClient(second.url).get("/session")).status).toBe(401);
    // Anybody may have got it.
    expect((await new JobClient(second.url).get("/v1/jobs", { key })).status).toBe(401);
    expect((await new JobClient(second.url).get("/summary", { key })).status).toBe(403);
  });

  it("AUTH=off needs none, with a warning in the log and in what pages are told", async () => {
    const service = await start({ HOST: "0.0.0.0", AUTH: "off" });
    const client = new JobClient(service.url);
    expect((await client.get("/v1/jobs")).status).toBe(200);
    expect((await client.get("/v1/whoami")).body).toMatchObject({ access: "off" });
    await expect
      .poll(() => said(service).map((line) => JSON.parse(line)))
      .toMatchObject([{ level: 40, msg: expect.stringMatching(/^AUTH=off: /) }]);
    expect((await client.get("/v1/keys")).status).toBe(401);
    expect(printed(service)).toEqual([]);
  });

  it("with AUTH=off and SESSIONS=keys, a key that may open sessions is asked for, not an admin key", async () => {
    const { url } = await start({ AUTH: "off", ADMIN_KEY, SESSIONS: "keys" });
    const client = new KeyClient(url);
    expect((await client.get("/session")).body).toMatchObject({
      code: "KEY_REQUIRED",
      detail: expect.stringContaining("a key with the scope sessions"),
    });
    const { key } = await client.key({ scopes: ["sessions"] });
    expect((await client.get("/session", bearer(key))).status).toBe(200);
  });

  it("with AUTH=off, a service that only this machine reaches does not say that HOST brings keys", async () => {
    const service = await start({ AUTH: "off", ADMIN_KEY });
    await expect.poll(() => said(service).map((line) => JSON.parse(line))).toMatchObject([{ level: 30 }]);
    expect(said(service)[0]).toContain("for this machine only and without keys");
    expect(said(service)[0]).not.toContain("with keys");
    expect(said(service)[0]).toContain("AUTH=off: with another HOST, others would need no key either");
  });
});

describe("the last admin key", () => {
  const dataDir = temporaryFolder();
  afterAll(() => rmSync(dataDir, { recursive: true }));

  it("is revoked only by a command that confirms it, and the next start says what is missing", async () => {
    const service = await start({ AUTH: "keys", DATA_DIR: dataDir });
    await expect.poll(() => printed(service)).toHaveLength(1);
    const key = printed(service)[0] as string;
    const command = (...args: string[]) => sightline(service.url, ...args, "--key", key);
    expect(await command(...REVOKE)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/Nothing was revoked\. .*ADMIN_KEY.*--yes/),
    });
    const client = new JobClient(service.url);
    expect((await client.get("/v1/keys", bearer(key))).status).toBe(200);
    expect((await command("key", "create", "--scope", "jobs", "no administrator")).code).toBe(0);
    expect((await command(...REVOKE)).code).toBe(2);
    expect((await command(...REVOKE, "--yes")).code).toBe(0);
    expect(service.log.filter((line) => WITHOUT_ADMIN.test(line))).toEqual([]);
    await service.stop();

    const next = await start({ AUTH: "keys", DATA_DIR: dataDir });
    await expect
      .poll(() => next.log.filter((line) => WITHOUT_ADMIN.test(line)).map((line) => JSON.parse(line)))
      .toMatchObject([{ level: 40 }]);
    expect(printed(next)).toEqual([]);
    await next.stop();

    const cured = await start({ AUTH: "keys", DATA_DIR: dataDir, ADMIN_KEY });
    const made = await new KeyClient(cured.url).key({ scopes: ["admin"] });
    expect(cured.log.filter((line) => WITHOUT_ADMIN.test(line))).toEqual([]);
    // ADMIN_KEY is left.
    expect((await sightline(cured.url, "key", "revoke", made.id, "--key", ADMIN_KEY)).code).toBe(0);
    const first = await new KeyClient(cured.url).key({ scopes: ["admin"] });
    const second = await new KeyClient(cured.url).key({ scopes: ["admin"] });
    expect((await sightline(cured.url, "key", "revoke", first.id, "--key", first.key)).code).toBe(0);
    expect((await sightline(cured.url, "key", "revoke", second.id, "--key", second.key)).code).toBe(2);
  });
});
