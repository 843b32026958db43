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
 * The name, and its value if it has one, before any parameters. The lookahead makes the value begin exactly where the
 * white space before it ends. Otherwise white space around an empty value could be divided in many ways, and matching
 * would take quadratic time.
 */
const PREFERENCE = /^\s*([^\s;="]+)\s*(?:=\s*(?!\s)"?([^\s;"]*)"?\s*)?(?:;|$)/;

/**
 * Ignores unknown preferences and parameters, as the RFC requires. If a preference is sent twice, the first one counts.
 */
export function parsePrefer(header: string | string[] | undefined): Preferences {
  const elements = [header ?? []].flat().join(",").match(LIST_ELEMENT) ?? [];
  const sent = elements.flatMap((element) => {
    const [, name, value = ""] = PREFERENCE.exec(element) ?? [];
    return name === undefined ? [] : [[name.toLowerCase(), value] as const];
  });
  // A map keeps the last of equal names, so the list is reversed.
  const preferences = new Map(sent.reverse());
  const wait = /^\d{1,9}$/.exec(preferences.get("wait") ?? "")?.[0];
  return {
    respondAsync: preferences.get("respond-async") === "",
    ...(wait !== undefined && { waitSeconds: Math.min(Number(wait), MAX_WAIT_SECONDS) }),
  };
}
