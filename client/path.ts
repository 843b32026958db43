/** Checks parts of paths. */
import { defaultPathSerializer } from "openapi-fetch";

/** An id or a name that cannot be a part of an address: an empty one, `.` or `..`. */
export class UnusableName extends TypeError {
  constructor(name: string) {
    super(`${JSON.stringify(name)} cannot be an id or a name.`);
    this.name = "UnusableName";
  }
}

/**
 * Checks an id or a name that becomes a part of a path. `fetch` would change the path (RFC 3986, section 5.2.4), and
 * the request to remove `..` from a collection would delete the collection. Escaping these does not help.
 * @throws UnusableName
 */
export function checkName(name: string): void {
  if (["", ".", ".."].includes(name)) throw new UnusableName(name);
}

/** Path serializer for openapi-fetch. @throws UnusableName */
export function pathOf(path: string, names: Record<string, unknown>): string {
  for (const name of Object.values(names)) checkName(String(name));
  return defaultPathSerializer(path, names as Parameters<typeof defaultPathSerializer>[1]);
}
