import { ConstantBackoff, handleWhen, retry } from "cockatiel";
import { isFailure } from "../errors.ts";
import type { Backends } from "../ports/backends.ts";

const PAUSE_MS = 1_000;

/**
 * Opens a storage once it can be reached and has room, so that servers and nodes may start in any order.
 * @param name Name of the storage in the notices.
 * @param onNotice Called with a sentence that says why the node is not ready yet.
 * @throws what `open` throws, except STORE_UNAVAILABLE and STORAGE_FULL
 */
export function whenThere<T>(name: string, onNotice: (notice: string) => void, open: () => Promise<T>): Promise<T> {
  const isAway = (error: unknown) => {
    if (!isFailure(error) || !["STORE_UNAVAILABLE", "STORAGE_FULL"].includes(error.type)) return false;
    onNotice(`Waiting for ${name}: ${error.message}`);
    return true;
  };
  return retry(handleWhen(isAway), { backoff: new ConstantBackoff(PAUSE_MS) }).execute(() => open());
}

/**
 * Reads from the storage what a service needs to start. In a cluster it waits, since the database may go away again
 * after it was opened. On one machine, only the data folder can fail here, and the process must end.
 */
export function readAtStart<T>(
  { isShared }: Pick<Backends, "isShared">,
  logger: { warn(notice: string): void },
  read: () => Promise<T>,
): Promise<T> {
  return isShared ? whenThere("the database", (notice) => logger.warn(notice), read) : read();
}
