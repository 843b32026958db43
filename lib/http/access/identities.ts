/** Checks whom the keys of requests stand for. */
import { hash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { LRUCache } from "lru-cache";
import { type Caller, call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { type Credential, isOfKey } from "../../sessions/keys.ts";
import type { Identity } from "../../sessions/scopes.ts";

/** A key that was checked is checked again after this time, so that a revocation counts within a second. */
const RECHECK_MS = 700;
const MAX_KNOWN = 10_000;

interface Known {
  /** When the check began, by `performance.now()`. */
  at: number;
  readonly identity: Promise<Identity>;
  /** Whether the key was right when it was last checked. */
  wasRight: boolean;
}

type Around = (check: () => Promise<Identity>) => Promise<Identity>;

/** Checks keys, each at most once in RECHECK_MS. Only hashes of keys are kept. */
export class Identities {
  readonly #known = new LRUCache<string, Known>({ max: MAX_KNOWN });
  readonly #caller: Caller;
  /** Answers in progress, and the keys of their requests. */
  readonly #answers = new Map<ServerResponse, Credential>();
  #timer: NodeJS.Timeout | undefined;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Starts to end answers, such as event streams, whose key has become invalid. */
  start(): void {
    this.#timer = setInterval(() => {
      for (const [response, credential] of this.#answers)
        this.identify(credential).catch((error) => {
          // Other errors mean that the key could not be checked, so nothing is known about it.
          if (isOfKey(error)) response.destroy();
        });
    }, RECHECK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /**
   * Identifies the holder of a key. Requests with the same key share a check.
   * @param around Runs the check of a key that is not known to be right, unless it refuses to.
   * @throws KEY_INVALID, SESSION_KEY_INVALID; what `around` throws
   */
  identify(credential: Credential, around: Around = (check) => check()): Promise<Identity> {
    const name = nameOf(credential);
    const known = this.#known.get(name);
    const at = performance.now();
    if (known && at - known.at < RECHECK_MS) return known.identity;
    const check = () => this.#check(credential);
    const identity = known?.wasRight ? check() : around(check);
    const entry: Known = { at, identity, wasRight: known?.wasRight ?? false };
    this.#known.set(name, entry);
    identity.then(
      () => {
        entry.wasRight = true;
      },
      (error) => {
        if (this.#known.peek(name) !== entry) return;
        if (!entry.wasRight || isOfKey(error)) this.#known.delete(name);
        // Nothing is known about the key until it is checked again.
        else entry.at = Number.NEGATIVE_INFINITY;
      },
    );
    return identity;
  }

  /** Whether the key was right when this gateway last checked it. */
  isKnown(credential: Credential): boolean {
    return this.#known.peek(nameOf(credential))?.wasRight ?? false;
  }

  /** Ends the answer if the key becomes invalid. */
  watch(response: ServerResponse, credential: Credential): void {
    // The client has left while the key was checked.
    if (response.closed) return;
    this.#answers.set(response, credential);
    response.once("close", () => this.#answers.delete(response));
  }

  /** Lets the answer continue, whatever becomes of the key. */
  unwatch(response: ServerResponse): void {
    this.#answers.delete(response);
  }

  /** Makes all keys be checked again. */
  forget(): void {
    for (const known of this.#known.values()) known.at = Number.NEGATIVE_INFINITY;
  }

  /** The check is not part of the request, which may end before others that wait for the same check. */
  #check({ kind, key }: Credential): Promise<Identity> {
    switch (kind) {
      case "session":
        return call(this.#caller, actions.sessions.identify, { key });
      case "client":
        return call(this.#caller, actions.keys.identify, { key });
      case "sign-in":
        return call(this.#caller, actions.keys.identifySignIn, { token: key });
    }
  }
}

function nameOf({ kind, key }: Credential): string {
  return hash("sha256", `${kind}:${key}`, "base64");
}
