import type { KeyLimits } from "./key-limits.ts";

/** What a key allows. Each route needs one of these: see `lib/http/routes/access.ts`. */
export const scopes = ["process", "jobs", "sessions", "collections", "read-only", "metrics", "admin"] as const;
export type Scope = (typeof scopes)[number];

/** The most that a session allows: all that creates or reads the session's own data. */
export const sessionScopes = ["process", "jobs", "sessions", "collections"] as const satisfies readonly Scope[];

/** Whom a key or a session stands for. */
export interface Identity {
  /** Owner of what its requests create: the session's id, or the one of the key. */
  readonly owner: string;
  readonly scopes: readonly Scope[];
  /** The key's id; of a session, that of the key that opened it. Absent for sessions that were opened without one. */
  readonly keyId?: string;
  readonly isSession: boolean;
  /** Of a session that a key opened, the owner of the key: so that opening sessions gives no more room for images. */
  readonly account?: string;
  /** Those of the key. */
  readonly limits?: KeyLimits;
}

/** Whether the identity may do what needs one of the scopes. An admin key allows everything. */
export function allows({ scopes }: Pick<Identity, "scopes">, needed: readonly Scope[]): boolean {
  return scopes.includes("admin") || needed.some((scope) => scopes.includes(scope));
}
