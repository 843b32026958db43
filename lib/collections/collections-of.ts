/** All collections of an owner, page by page: they may be removed meanwhile. */
import type { Collection, CollectionStore } from "../ports/collection-store.ts";

const PAGE = 500;

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
