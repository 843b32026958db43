import type { SessionStore } from "../ports/session-store.ts";

/** Id and owner of the admin keys that are not made by another: the one of ADMIN_KEY and the one of the first start. */
export const FIRST_ADMIN = "00000000-0000-4000-8000-000000000000";

/** Stands for the owner of what belongs to nobody, where clients name owners. */
const NOBODY = "none";

/** The owner that a client names; null for nobody. */
export function namedOwner(name: string): string | null {
  return name === NOBODY ? null : name;
}

/** Whether all of an owner was erased. Ask after storing something: what was stored before is erased with the rest. */
export async function isErased(sessions: Pick<SessionStore, "exists">, owner: string | null): Promise<boolean> {
  return owner !== null && owner !== "" && owner !== FIRST_ADMIN && !(await sessions.exists(owner));
}

/** The owner of a call, passed in the broker's `meta` from the gateway to every action of the request. */
export interface OwnerMeta {
  /** The session's id; absent if the request has no key. */
  readonly owner?: string;
  /** Whom the bytes of images count for, if not the owner; see `Identity`. */
  readonly account?: string;
  /** The request has an admin key, and acts for no single owner. */
  readonly isAdmin?: boolean;
  /** Returned with the answer to an admin's call that is about a job: its owner, or `none`. */
  jobOwner?: string;
}

/** The owner whose data a call may access: its session or, without one, null. */
export function ownerOf({ meta }: { readonly meta: object }): string | null {
  return (meta as OwnerMeta).owner ?? null;
}

/** Whom the bytes of images count for that a call stores; null for nobody. */
export function accountOf({ meta }: { readonly meta: object }): string | null {
  const { account, owner } = meta as OwnerMeta;
  return account ?? owner ?? null;
}

/** The owner of what a call makes, and its account, if that is another. */
export function ownershipOf({ meta }: { readonly meta: object }): Pick<OwnerMeta, "owner" | "account"> {
  const { account, owner } = meta as OwnerMeta;
  return { ...(owner && { owner }), ...(account && account !== owner && { account }) };
}

/** The owner whose data a call may read: as `ownerOf`, but undefined, which stands for all, for an admin. */
export function readableOwnerOf(context: { readonly meta: object }): string | null | undefined {
  return (context.meta as OwnerMeta).isAdmin ? undefined : ownerOf(context);
}

/** Like `ownerOf`, for stores that represent no owner as "". */
export function ownerIdOf(context: { readonly meta: object }): string {
  return ownerOf(context) ?? "";
}

/** Tells the caller, if it acts for no single owner, whose job the call is about. */
export function tellJobOwner({ meta }: { readonly meta: object }, owner: string | null | undefined): void {
  if ((meta as OwnerMeta).isAdmin) (meta as OwnerMeta).jobOwner = owner ?? NOBODY;
}
