/** The supported preferences of RFC 7240. */
export interface Preferences {
  readonly respondAsync: boolean;
  /** How long the client is willing to wait for the result. */
  readonly waitSeconds?: number;
}

const MAX_WAIT_SECONDS = 60;

/** Ignores unknown preferences, as the RFC requires. */
export function parsePrefer(header: string | string[] | undefined): Preferences {
  const preferences = [header ?? []]
    .flat()
    .join(",")
    .split(",")
    .map((preference) => preference.trim().toLowerCase());
  const wait = preferences.map((preference) => /^wait\s*=\s*"?(\d{1,9})"?$/.exec(preference)?.[1]).find(Boolean);
  return {
    respondAsync: preferences.includes("respond-async"),
    ...(wait !== undefined && { waitSeconds: Math.min(Number(wait), MAX_WAIT_SECONDS) }),
  };
}
