import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandHost, startCommandHost } from "../support/command-host.ts";
import { sightline } from "../support/command-line.ts";
import { ADMIN_KEY, bearer, KeyClient } from "../support/key-client.ts";
import { type RunningService, startService } from "../support/service.ts";

let service: RunningService;
let host: CommandHost;
let client: KeyClient;
beforeAll(async () => {
  host = startCommandHost();
  service = await startService({ AUTH: "keys", ADMIN_KEY });
  client = new KeyClient(service.url);
});
afterAll(() => Promise.all([service.stop(), host.stop()]));
const key = (...args: string[]) => host.run(service.url, "key", ...args, "--key", ADMIN_KEY);
/** In a process of its own, which has to end. */
const keyProcess = (...args: string[]) => sightline(service.url, "key", ...args, "--key", ADMIN_KEY);

describe("sightline key", () => {
  it("takes a key from its creation to its end", async () => {
    const created = await keyProcess(
      "create",
      "--scope",
      "process,read-only",
      "--expires",
      "30d",
      "camera at the door",
    );
    expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^sl_[\w-]{43}\n$/) });
    const text = created.stdout.trim();
    const { body } = await client.whoAmI(text);
    expect(body.scopes).toEqual(["process", "read-only"]);
    // The command and the service take the time one after the other.
    const days = (Date.parse(body.key.expiresAt) - Date.parse(body.key.createdAt)) / 86_400_000;
    expect(days).toBeCloseTo(30, 1);
    expect(created.stderr).toContain(body.key.id);

    const listed = await keyProcess("list");
    expect(listed.stdout).toMatch(
      new RegExp(`${body.key.id}  ${text.slice(0, 7)}  camera at the door +process,read-only +valid until`),
    );
    expect(listed.stdout).not.toContain(text);

    const limits = ["--requests-per-minute", "600", "--images-per-minute", "1000", "--stored-bytes", "5000000"];
    const limited = await key("create", "--json", "--scope", "jobs", ...limits, "trial");
    expect(JSON.parse(limited.stdout).limits).toEqual({
      requestsPerMinute: 600,
      imagesPerMinute: 1000,
      storedBytes: 5_000_000,
    });
    expect((await key("list")).stdout).toMatch(
      /trial +jobs +valid +600 requests\/min, 1000 images\/min, 5000000 bytes stored/,
    );
    expect(await key("create", "--scope", "jobs", "--images-per-minute", "0", "a")).toMatchObject({ code: 2 });

    const twice = await key("create", "--json", "--scope", "process,metrics", "--scope", "jobs", "more than one");
    expect(JSON.parse(twice.stdout).scopes).toEqual(["process", "metrics", "jobs"]);
    await key("revoke", JSON.parse(twice.stdout).id);

    const next = await key("create", "--json", "--scope", "process", "--replaces", body.key.id, "camera, newer");
    expect(JSON.parse(next.stdout)).toMatchObject({ owner: body.owner, scopes: ["process"] });

    expect(await keyProcess("revoke", body.key.id)).toEqual({
      code: 0,
      stdout: "",
      stderr: `The key ${body.key.id} is revoked: within a second, requests with it are refused.\n`,
    });
    expect((await client.get("/v1/whoami", bearer(text))).status).toBe(401);
    expect((await key("list")).stdout).toMatch(new RegExp(`${body.key.id} .* revoked 2`));
    expect(await keyProcess("whoami")).toMatchObject({ code: 0, stdout: expect.stringContaining('"admin"') });
  });

  it("erases all of a key's owner, and prints the receipt", async () => {
    const { id, key: text } = await client.key({ scopes: ["jobs", "sessions", "collections"] });
    expect(await key("erase", id)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/Nothing was erased\. .*--yes/),
    });
    expect(await key("erase", "--yes")).toMatchObject({ code: 2, stdout: "" });
    expect((await client.whoAmI(text)).status).toBe(200);
    const erased = await keyProcess("erase", "--yes", id);
    expect(erased.code).toBe(0);
    expect(JSON.parse(erased.stdout)).toMatchObject({ state: "done", remaining: 0, erased: { keys: 1 } });
    expect((await client.whoAmI(text)).status).toBe(401);
    const other = await client.key({ scopes: ["jobs", "sessions", "collections"] });
    const own = await host.run(service.url, "key", "erase", "--own", "--yes", "--key", other.key);
    expect(JSON.parse(own.stdout)).toMatchObject({ state: "done", erased: { keys: 1 } });
  });

  it("says why a key is not created", async () => {
    const unknown = await key("create", "--scope", "everything", "a");
    expect(unknown).toMatchObject({ code: 4, stdout: "" });
    for (const time of ["soon", "99999999999d"])
      expect(await key("create", "--scope", "jobs", "--expires", time, "a")).toMatchObject({ code: 2, stdout: "" });
    expect((await key("revoke", crypto.randomUUID())).stderr).toContain("KEY_NOT_FOUND");
    const without = await host.run(service.url, "key", "list");
    expect(without).toMatchObject({ code: 4, stderr: expect.stringContaining("KEY_REQUIRED") });
  });
});
