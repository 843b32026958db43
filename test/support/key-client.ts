/** A client that creates keys, with an admin key. */
import { expect } from "vitest";
import type { CreatedKey, NewKey } from "../../lib/contracts/key.ts";
import { type Answer, JobClient, type Json } from "./job-client.ts";

export const ADMIN_KEY = "an-admin-key-for-tests-0123456789";

/** Headers with a key. */
export const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });
export const asAdmin = bearer(ADMIN_KEY);

export class KeyClient extends JobClient {
  createKey(key: Partial<NewKey> = {}): Promise<Answer<Json>> {
    return this.postJson("/v1/keys", { name: "a key", scopes: ["process"], ...key }, asAdmin);
  }

  /** Creates a key. The service must accept it. */
  async key(key: Partial<NewKey> = {}): Promise<CreatedKey> {
    const { status, body } = await this.createKey(key);
    expect({ status, body }).toMatchObject({ status: 201 });
    return body;
  }

  revoke(id: string): Promise<Answer<Json>> {
    return this.send("DELETE", `/v1/keys/${id}`, { headers: asAdmin });
  }

  whoAmI(key: string): Promise<Answer<Json>> {
    return this.get("/v1/whoami", bearer(key));
  }
}
