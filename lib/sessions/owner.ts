/** The owner of a call, passed in the broker's `meta` from the gateway to every action of the request. */
export interface OwnerMeta {
  /** The session's id; absent if the request has no key. */
  readonly owner?: string;
  /** The request has an admin key, and acts for no single owner. */
  readonly isAdmin?: boolean;
}

/** The owner whose data a call may access: its session or, without one, null. */
export function ownerOf({ meta }: { readonly meta: object }): string | null {
  return (meta as OwnerMeta).owner ?? null;
}

/** The owner whose data a call may read: as `ownerOf`, but undefined, which stands for all, for an admin. */
export function readableOwnerOf(context: { readonly meta: object }): string | null | undefined {
  return (context.meta as OwnerMeta).isAdmin ? undefined : ownerOf(context);
}

/** Like `ownerOf`, for stores that represent no owner as "". */
export function ownerIdOf(context: { readonly meta: object }): string {
  return ownerOf(context) ?? "";
}
