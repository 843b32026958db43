/** Whose a call is: carried in the broker's `meta` from the gateway to every action the request causes. */
export interface OwnerMeta {
  /** The session's id; absent where the request came without a key. */
  readonly owner?: string;
}

/** What a call may see: what belongs to its session, or, without one, what is nobody's. */
export function ownerOf({ meta }: { readonly meta: object }): string | null {
  return (meta as OwnerMeta).owner ?? null;
}

/** The same for stores that know nobody as "". */
export function holderOf(context: { readonly meta: object }): string {
  return ownerOf(context) ?? "";
}
