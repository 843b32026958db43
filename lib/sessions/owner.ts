import type { SessionStore } from "../ports/session-store.ts";

/** The id of an owner; null is nobody, to whom belongs what is made without a key. */
export type Owner = string | null;

/** All owners, and nobody. */
export const EVERYBODY = Symbol("everybody");

/** Whose things a call may read, or a list shows: one owner's, nobody's or everybody's. */
export type OwnerScope = Owner | typeof EVERYBODY;

/** Id and owner of the admin keys that are not made by another: the one of ADMIN_KEY and the one of the first start. */
export const FIRST_ADMIN = "00000000-0000-4000-8000-000000000000";

/** Stands for nobody where clients name owners. */
export const NOBODY_NAME = "none";

/** The owner that a client names. */
export function namedOwner(name: string): Owner {
  return name === NOBODY_NAME ? null : name;
}

/** Whether a thing is in the scope. What is nobody's has no owner. */
export function isInScope({ owner }: { readonly owner?: string }, scope: OwnerScope): boolean {
  return scope === EVERYBODY || (owner ?? null) === scope;
}

/** The owner in keys of stores, in which nobody is "". */
export function ownerKey(owner: Owner | undefined): string {
  return owner ?? "";
}

/** Whether all of an owner was erased. Ask after storing something: what was stored before is erased with the rest. */
export async function isErased(sessions: Pick<SessionStore, "exists">, owner: Owner): Promise<boolean> {
  return owner !== null && owner !== FIRST_ADMIN && !(await sessions.exists(owner));
}

/** The owner of a call, passed in the broker's `meta` from the gateway to every action of the request. */
export interface OwnerMeta {
  /** The session's id; absent if the request has no key. */
  readonly owner?: string;
  /** The account that the bytes of images count for, if it differs from the owner; see `Identity`. */
  readonly account?: string;
  /** Whether the request has an admin key and acts for no single owner. */
  readonly isAdmin?: boolean;
  /** Returned with the answer to an admin's call that is about a job: its owner, or `none`. */
  jobOwner?: string;
}

/** The owner that a call acts for: its session or, without a key, nobody. */
export function ownerOf({ meta }: { readonly meta: object }): Owner {
  return (meta as OwnerMeta).owner ?? null;
}

/** The account that the bytes of images count for that a call stores; null for none. */
export function accountOf({ meta }: { readonly meta: object }): string | null {
  const { account, owner } = meta as OwnerMeta;
  return account ?? owner ?? null;
}

/** The owner of what a call creates, and its account if that differs. */
export function ownershipOf({ meta }: { readonly meta: object }): Pick<OwnerMeta, "owner" | "account"> {
  const { account, owner } = meta as OwnerMeta;
  return { ...(owner && { owner }), ...(account && account !== owner && { account }) };
}

/** Whose things a call may read: an administrator's everybody's, any other its owner's. */
export function readableScopeOf(context: { readonly meta: object }): OwnerScope {
  return (context.meta as OwnerMeta).isAdmin ? EVERYBODY : ownerOf(context);
}

/** The owner that a call acts for, in keys of stores. */
export function ownerKeyOf(context: { readonly meta: object }): string {
  return ownerKey(ownerOf(context));
}

/** Tells the caller, if it acts for no single owner, whose job the call is about. */
export function tellJobOwner({ meta }: { readonly meta: object }, owner: string | undefined): void {
  if ((meta as OwnerMeta).isAdmin) (meta as OwnerMeta).jobOwner = owner ?? NOBODY_NAME;
}
