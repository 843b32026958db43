/** What is lost with keys that are revoked or erased. */
import { api } from "./api.js";
import { now } from "./clock.js";

const PAGE = 1_000;
const LAST_ADMIN =
  "This is the last admin key: without another one, keys can be made again only after a start with ADMIN_KEY. ";
const OWN = "You are signed in with a key that becomes invalid. ";

export const isOver = ({ revokedAt, expiresAt }) => Boolean(revokedAt) || Date.parse(expiresAt) <= now();

const isAdmin = ({ scopes }) => scopes.includes("admin");

/** Whether a valid admin key remains. The key of the setting ADMIN_KEY is not among the keys. */
async function hasOtherAdmin(isLost, signal) {
  for (let cursor; ; ) {
    const { items, nextCursor } = await api.keys({ limit: PAGE, cursor }, signal);
    if (items.some((key) => isAdmin(key) && !isOver(key) && !isLost(key))) return true;
    if (!nextCursor) return false;
    cursor = nextCursor;
  }
}

/**
 * @param isLost Whether a key becomes invalid.
 * @returns what whoever is signed in should know before: that they lose their own key, or nobody could make keys any
 *   more; empty otherwise. Only the key that somebody is signed in with may be the last admin key.
 */
export async function warningOf(isLost, signal) {
  const { key } = await api.whoAmI(signal);
  if (!key || !isLost(key)) return "";
  return isAdmin(key) && !(await hasOtherAdmin(isLost, signal)) ? LAST_ADMIN : OWN;
}
