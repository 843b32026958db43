import { failure } from "../errors.ts";
import { parseTarget, RefusedTarget, type TargetRules } from "../outbound/address-guard.ts";

/**
 * Parses a `callbackUrl`.
 * @param name What the client calls it, for the error.
 * @throws INVALID_CALLBACK_URL
 */
export function parseCallbackUrl(text: string, rules: TargetRules, name = "callbackUrl"): URL {
  try {
    return parseTarget(text, rules);
  } catch (error) {
    if (!(error instanceof RefusedTarget)) throw error;
    throw failure("INVALID_CALLBACK_URL", `${name} ${error.message}`);
  }
}
