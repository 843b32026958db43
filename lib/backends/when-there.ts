import { ConstantBackoff, handleWhen, retry } from "cockatiel";
import { isFailure } from "../errors.ts";

const PAUSE_MS = 1_000;

/**
 * Opens a storage once it can be reached, so that servers and nodes may start in any order.
 * @param name For the notices.
 * @param onNotice Called with a sentence that says why the node is not ready yet.
 * @throws what `open` throws, except STORE_UNAVAILABLE
 */
export function whenThere<T>(name: string, onNotice: (notice: string) => void, open: () => Promise<T>): Promise<T> {
  const isAway = (error: unknown) => {
    if (!isFailure(error) || error.type !== "STORE_UNAVAILABLE") return false;
    onNotice(`Waiting for ${name}: ${error.message}`);
    return true;
  };
  return retry(handleWhen(isAway), { backoff: new ConstantBackoff(PAUSE_MS) }).execute(() => open());
}
