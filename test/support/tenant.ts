/** A key that owns one of everything, all of it marked. */
import { expect } from "vitest";
import type { CreatedKey } from "../../lib/contracts/key.ts";
import { badFile, form } from "./job-client.ts";
import { bearer, type KeyClient } from "./key-client.ts";
import { newImage, PNG } from "./session-client.ts";

export interface Tenant {
  readonly key: CreatedKey;
  readonly session: string;
  readonly jobs: readonly string[];
}

/** @param webhookUrl URL to which the events of jobs are sent. */
export async function fillTenant(client: KeyClient, marker: string, webhookUrl: string): Promise<Tenant> {
  const key = await client.key({ name: marker, scopes: ["process", "jobs", "sessions", "collections"] });
  await client.key({ name: `${marker}-2`, scopes: ["jobs"], sharesWith: key.id });
  const { key: session } = (await client.get("/session", bearer(key.key))).body;
  const marked = (name: string) => ({ name, bytes: new Uint8Array(Buffer.concat([newImage(), Buffer.from(marker)])) });
  const jobs: string[] = [];
  for (const headers of [bearer(key.key), { key: session as string }])
    expect((await client.postJson("/v1/webhook-secrets", { origin: new URL(webhookUrl).origin }, headers)).status).toBe(
      201,
    );
  for (const headers of [bearer(key.key), { key: session as string }]) {
    const query = `labels=x:${marker}&callbackUrl=${encodeURIComponent(webhookUrl)}`;
    const files = [marked(`${marker}.png`), marked(`${marker}-b.png`), { ...badFile, name: `${marker}.jpg` }];

    for (const [path, status] of [
      [`/v1/jobs?${query}`, 202],
      [`/v1/jobs?execute=false&${query}`, 201],
    ] as const) {
      const own = { ...headers, "Idempotency-Key": `"${marker}-${jobs.length}"` };
      const answer = await client.post(path, form(files), own);
      expect(answer, JSON.stringify(answer.body)).toMatchObject({ status });
      jobs.push(answer.body.id);
    }
    await client.get(`/v1/jobs/${jobs.at(-2)}/results?wait=60`, headers);
    expect((await client.post("/encode", marked("x").bytes, { ...PNG, ...headers })).status).toBe(200);
    expect((await client.post("/uploadfile/", marked("x").bytes, { ...PNG, ...headers })).status).toBe(201);
    expect((await client.postJson("/v1/collections", { name: marker }, headers)).status).toBe(201);
    const faces = `/v1/collections/${marker}/faces?label=${marker}`;
    expect((await client.post(faces, newImage(), { ...PNG, ...headers })).status).toBe(201);
  }
  return { key, session, jobs };
}
