import type { KeyLimits } from "../contracts/key-limits.ts";

/** What a key allows. Each route requires one of these scopes: see `lib/http/routes/access.ts`. */
export const scopes = ["process", "jobs", "sessions", "collections", "read-only", "metrics", "admin"] as const;
export type Scope = (typeof scopes)[number];

/** The scopes of a session: all that creates or reads the session's own data. */
export const sessionScopes = ["process", "jobs", "sessions", "collections"] as const satisfies readonly Scope[];

/** The holder of a key or a session. */
export interface Identity {
  /** Owner of what the identity's requests create: the id of the session, or the owner of the key. */
  readonly owner: string;
  readonly scopes: readonly Scope[];
  /** Id of the key. For a session, the id of the key that opened it; absent if none did. */
  readonly keyId?: string;
  readonly isSession: boolean;
  /**
   * Only for a session that a key opened: the owner of that key. Opening sessions thus gives no more room for images.
   */
  readonly account?: string;
  /** Limits of the key. */
  readonly limits?: KeyLimits;
}

/** Whether the identity has one of the needed scopes. An admin key allows everything. */
export function allows({ scopes }: Pick<Identity, "scopes">, needed: readonly Scope[]): boolean {
  return scopes.includes("admin") || needed.some((scope) => scopes.includes(scope));
}
