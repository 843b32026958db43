/** Secrets of single receivers: made, rotated with an overlap, and used in place of WEBHOOK_SECRET. */
import { randomBytes } from "node:crypto";
import type { ReceiverSecret } from "../contracts/webhook-secret.ts";
import { failure } from "../errors.ts";
import type { TargetRules } from "../outbound/address-guard.ts";
import type { WebhookSecret, WebhookSecretStore } from "../ports/webhook-secret-store.ts";
import type { Webhook } from "../ports/webhook-store.ts";
import { nowTimestamp } from "../time.ts";
import { parseCallbackUrl } from "./callback-url.ts";
import { WebhookSigner } from "./signature.ts";

const SECRET_BYTES = 32;
/** A day, so that a receiver can be changed in peace. */
const OVERLAP_SECONDS = 86_400;

/**
 * Makes a secret for the receiver. One that it had signs beside it for the overlap, so that the receiver may learn the
 * new one in that time.
 * @throws INVALID_CALLBACK_URL
 */
export async function rotateSecret(
  store: WebhookSecretStore,
  owner: string,
  { origin: text, overlapSeconds = OVERLAP_SECONDS }: { readonly origin: string; readonly overlapSeconds?: number },
  rules: TargetRules,
): Promise<ReceiverSecret & { readonly secret: string }> {
  const { origin } = parseCallbackUrl(text, rules, "origin");
  const before = await store.find(owner, origin);
  const until = new Date(Date.now() + overlapSeconds * 1000).toISOString();
  const created: WebhookSecret = {
    owner,
    origin,
    secret: `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`,
    createdAt: nowTimestamp(),
    ...(before && overlapSeconds > 0 && { previous: { secret: before.secret, until } }),
  };
  await store.put(created);
  return { ...viewOf(created), secret: created.secret };
}

/** @throws WEBHOOK_SECRET_NOT_FOUND */
export async function removeSecret(store: WebhookSecretStore, owner: string, text: string): Promise<void> {
  const origin = URL.parse(text)?.origin ?? text;
  if (!(await store.remove(owner, origin)))
    throw failure("WEBHOOK_SECRET_NOT_FOUND", "There is no secret for this origin.");
}

/** Without the secrets. */
export function viewOf({ origin, createdAt, previous }: WebhookSecret): ReceiverSecret {
  const isInUse = previous !== undefined && previous.until > nowTimestamp();
  return { origin, createdAt, ...(isInUse && { previousUntil: previous.until }) };
}

/** The signer for a webhook: with the secrets of its receiver or, if it has none, with those of all. */
export async function signerOf(
  store: Pick<WebhookSecretStore, "find">,
  { url, event }: Pick<Webhook, "url" | "event">,
  ofAll: WebhookSigner | undefined,
): Promise<WebhookSigner | undefined> {
  const found = await store.find(event.owner ?? "", new URL(url).origin);
  if (!found) return ofAll;
  const { secret, previous } = found;
  return new WebhookSigner(previous && previous.until > nowTimestamp() ? `${secret} ${previous.secret}` : secret);
}
