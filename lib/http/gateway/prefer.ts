/** The supported preferences of RFC 7240. */
import { MAX_WAIT_SECONDS } from "../../contracts/waiting.ts";

export interface Preferences {
  readonly respondAsync: boolean;
  /** How long the client is willing to wait for the result. */
  readonly waitSeconds?: number;
}

/**
 * Commas inside quotes do not separate. A quote that is not closed reaches to the end, so that this takes linear time.
 */
const LIST_ELEMENT = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g;
/**
 * The name, and its value if it has one, before any parameters. The value begins where the white space before it
 * ends, and nowhere else: of an empty one, both runs of white space around it could otherwise be divided in as many
 * ways as they are long.
 */
const PREFERENCE = /^\s*([^\s;="]+)\s*(?:=\s*(?!\s)"?([^\s;"]*)"?\s*)?(?:;|$)/;

/**
 * Ignores unknown preferences and parameters, as the RFC requires. Of a preference that is sent twice the first counts.
 */
export function parsePrefer(header: string | string[] | undefined): Preferences {
  const elements = [header ?? []].flat().join(",").match(LIST_ELEMENT) ?? [];
  const sent = elements.flatMap((element) => {
    const [, name, value = ""] = PREFERENCE.exec(element) ?? [];
    return name === undefined ? [] : [[name.toLowerCase(), value] as const];
  });
  // Of equal names a map keeps the last.
  const preferences = new Map(sent.reverse());
  const wait = /^\d{1,9}$/.exec(preferences.get("wait") ?? "")?.[0];
  return {
    respondAsync: preferences.get("respond-async") === "",
    ...(wait !== undefined && { waitSeconds: Math.min(Number(wait), MAX_WAIT_SECONDS) }),
  };
}
