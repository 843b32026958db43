import type { Collection, CollectionStore } from "../ports/collection-store.ts";

const PAGE = 500;

/** All collections of an owner, page by page: they may be removed meanwhile. */
export async function* collectionsOf(
  store: Pick<CollectionStore, "list">,
  owner: string,
): AsyncGenerator<Collection, void, void> {
  for (let after: string | undefined; ; ) {
    const page: readonly Collection[] = await store.list(owner, { limit: PAGE, ...(after !== undefined && { after }) });
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)?.name;
  }
}

/** Removes all collections of an owner. Ignores those that are removed concurrently. All nodes must forget them. */
export async function removeCollectionsOf(
  store: Pick<CollectionStore, "list" | "remove">,
  owner: string,
): Promise<void> {
  for await (const { id } of collectionsOf(store, owner)) await store.remove(id);
}
