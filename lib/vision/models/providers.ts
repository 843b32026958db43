import type { Provider } from "../../contracts/model.ts";

export interface Provided<T> {
  readonly opened: T;
  readonly provider: Provider;
  /** Why the preferred providers could not be used. */
  readonly fallbackReason?: string;
}

/**
 * Opens something with the first provider that works.
 * @param wanted Providers in order of preference. No others are used, so a fallback to the processor must be listed
 *   too.
 * @throws Error with the reasons of all if none works.
 */
export async function withFirstWorking<T>(
  wanted: readonly Provider[],
  open: (provider: Provider) => Promise<T>,
): Promise<Provided<T>> {
  const faults: string[] = [];
  for (const provider of wanted) {
    try {
      const opened = await open(provider);
      return { opened, provider, ...(faults.length > 0 && { fallbackReason: faults.join(" ") }) };
    } catch (error) {
      // If the processor cannot open the network, no other provider can either.
      if (provider === "cpu") throw error;
      faults.push(`${provider} cannot be used: ${reasonOf(error)}`);
    }
  }
  throw new Error(faults.join(" "));
}

/** onnxruntime's message without the location in its source code. */
function reasonOf(error: unknown): string {
  const { message } = error as Error;
  if (/backend not found/.test(message)) return "onnxruntime has no such provider here.";
  if (/Failed to load shared library/.test(message))
    return "its library, or one that it needs, is not installed; `sightline providers list` says which.";
  return `${message.replace(/^\/\S+ (?:.* was false\. )?/, "").replace(/\.?\s*$/, "")}.`;
}
