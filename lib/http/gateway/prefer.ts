/** The preferences of RFC 7240 that this service knows. */
export interface Preferences {
  readonly respondAsync: boolean;
  /** Seconds the client would rather wait than be sent away. */
  readonly waitSeconds?: number;
}

const MAX_WAIT_SECONDS = 60;

/** What is not understood is ignored, as the RFC demands. */
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
