/** The faces of a collection, page by page. */
import type { FacePage, FacesQuery } from "../contracts/collection.ts";
import { pageOf } from "../page.ts";
import type { CollectionStore } from "../ports/collection-store.ts";

const DEFAULT_LIMIT = 100;

/** Faces in the order in which they were added. Faces that are added or removed meanwhile do not move the others. */
export async function facePage(
  store: Pick<CollectionStore, "listFaces">,
  id: string,
  { cursor = "0", limit = DEFAULT_LIMIT }: FacesQuery,
): Promise<FacePage> {
  const found = await store.listFaces(id, Number(cursor), limit + 1);
  const { items, ...next } = pageOf(found, limit, ({ sequence }) => String(sequence));
  return { items: items.map(({ face }) => face), ...next };
}
