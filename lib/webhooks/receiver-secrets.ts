/** Secrets of single receivers. They are made, rotated with an overlap, and used in place of WEBHOOK_SECRET. */
import { randomBytes } from "node:crypto";
import type { Creation } from "../contracts/creation.ts";
import type { ReceiverSecret } from "../contracts/webhook-secret.ts";
import { failure } from "../errors.ts";
import type { TargetRules } from "../outbound/address-guard.ts";
import type { WebhookSecret, WebhookSecretStore } from "../ports/webhook-secret-store.ts";
import type { Webhook } from "../ports/webhook-store.ts";
import { ownerKey } from "../sessions/owner.ts";
import { nowTimestamp } from "../time/timestamp.ts";
import { parseCallbackUrl } from "./callback.ts";
import { WebhookSigner } from "./signature.ts";

const SECRET_BYTES = 32;
/** Maximum receivers with a secret per owner. Concurrent requests may exceed it slightly. */
const MAX_SECRETS = 1_000;
/** A day, so that there is time to configure the receiver. */
const OVERLAP_SECONDS = 86_400;

/** A secret that is asked for. */
export interface WantedSecret {
  /** A key of stores, see `ownerKey`. */
  readonly owner: string;
  readonly origin: string;
  readonly overlapSeconds?: number;
  /** Makes the secret once, and gives it again where it was made before. */
  readonly creation?: Creation;
}

/** Which receivers may have a secret, and what signs for those without. */
export interface SecretRules {
  readonly targets: TargetRules;
  /** `WEBHOOK_SECRET`; empty if there is none. */
  readonly ofAll: string;
}

/**
 * Makes a secret for the receiver. The secret that signed before, its own or WEBHOOK_SECRET, also signs during the
 * overlap, so that the receiver can be given the new one in that time.
 * @throws INVALID_CALLBACK_URL, LIMIT_REACHED
 */
export async function rotateSecret(
  store: WebhookSecretStore,
  { owner, origin: text, overlapSeconds = OVERLAP_SECONDS, creation }: WantedSecret,
  { targets, ofAll }: SecretRules,
): Promise<ReceiverSecret & { readonly secret: string }> {
  const origin = originOf(parseCallbackUrl(text, targets, "origin"));
  const bytes = creation ? Buffer.from(creation.seed, "hex") : randomBytes(SECRET_BYTES);
  const secret = `whsec_${bytes.toString("base64")}`;
  const createdAt = creation?.at ?? nowTimestamp();
  for (;;) {
    const before = await store.find(owner, origin);
    if (before?.secret === secret) return { ...viewOf(before), secret };
    // The secret of this creation was made before and has been replaced since.
    const isReplaced = creation?.isRepeated && before && before.createdAt > createdAt;
    if (isReplaced || before?.previous?.secret === secret) return { origin, createdAt, secret };
    if (!before && (await store.count(owner)) >= MAX_SECRETS)
      throw failure("LIMIT_REACHED", `An owner has secrets for at most ${MAX_SECRETS} receivers.`, {
        limit: MAX_SECRETS,
      });
    const until = new Date(Date.now() + overlapSeconds * 1000).toISOString();
    const created: WebhookSecret = {
      owner,
      origin,
      secret,
      createdAt,
      ...(overlapSeconds > 0 && signsToo(before, until, ofAll)),
    };
    // Otherwise a concurrent request has made a secret, which signs too from now on.
    if (await store.put(created, before)) return { ...viewOf(created), secret };
  }
}

function signsToo(
  before: WebhookSecret | undefined,
  until: string,
  ofAll: string,
): Pick<WebhookSecret, "previous" | "sharedUntil"> {
  if (before) return { previous: { secret: before.secret, until } };
  return ofAll ? { sharedUntil: until } : {};
}

/** @throws INVALID_CALLBACK_URL for more than an origin */
function originOf({ origin, href }: URL): string {
  // What is meant for one path would change the signatures of all.
  if (href !== `${origin}/`)
    throw failure("INVALID_CALLBACK_URL", "origin must have no path or query, as in https://example.com.");
  return origin;
}

/** @throws INVALID_CALLBACK_URL, WEBHOOK_SECRET_NOT_FOUND */
export async function removeSecret(store: WebhookSecretStore, owner: string, text: string): Promise<void> {
  const url = URL.parse(text);
  const origin = url ? originOf(url) : text;
  if (!(await store.remove(owner, origin)))
    throw failure("WEBHOOK_SECRET_NOT_FOUND", "There is no secret for this origin.");
}

/** The client's view of a secret, without the secrets themselves. */
export function viewOf({ origin, createdAt, previous, sharedUntil }: WebhookSecret): ReceiverSecret {
  const until = previous?.until ?? sharedUntil;
  return { origin, createdAt, ...(isAhead(until) && { previousUntil: until }) };
}

/**
 * The signer for a webhook: with the secrets of its receiver or, if it has none, with WEBHOOK_SECRET.
 * @param ofAll `WEBHOOK_SECRET`; empty if there is none.
 */
export async function signerOf(
  store: Pick<WebhookSecretStore, "find">,
  { url, event }: Pick<Webhook, "url" | "event">,
  ofAll: string,
): Promise<WebhookSigner | undefined> {
  const found = await store.find(ownerKey(event.owner), new URL(url).origin);
  const secrets = found ? secretsOf(found, ofAll) : [ofAll];
  const known = secrets.filter(Boolean);
  return known.length > 0 ? new WebhookSigner(known.join(" ")) : undefined;
}

function secretsOf({ secret, previous, sharedUntil }: WebhookSecret, ofAll: string): string[] {
  return [
    secret,
    ...(previous && isAhead(previous.until) ? [previous.secret] : []),
    ...(isAhead(sharedUntil) ? [ofAll] : []),
  ];
}

function isAhead(time: string | undefined): time is string {
  return time !== undefined && time > nowTimestamp();
}
