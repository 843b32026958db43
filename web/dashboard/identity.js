/** The identity that the browser's requests have, and its rights. */
import { api } from "./api.js";

/** The owner of what is done with ADMIN_KEY or the first admin key. Erasures keep the keys of this owner. */
export const ADMINISTRATOR = "00000000-0000-4000-8000-000000000000";
/** The assumed identity until the service answers. */
const ASSUMED = { access: "local", owner: null, scopes: ["process", "jobs", "metrics"] };
/** Channel to the other tabs of the browser, which have the same cookie. */
const channel = new BroadcastChannel("sightline-identity");

export class Identity {
  /** The answer of `/v1/whoami`; undefined while the browser has to sign in. */
  me;
  /** Whether the browser was signed in until the service refused it. */
  hasEnded = false;

  get isAssumed() {
    return this.me === ASSUMED;
  }

  /** If not signed in, the service takes requests without a key, or the browser has to sign in. */
  get isSignedIn() {
    return this.me !== undefined && this.me.owner !== null;
  }

  /** @param needed Scopes of which one is needed. If there are none, any key will do. */
  may(needed) {
    if (!this.me) return false;
    const { scopes } = this.me;
    return needed.length === 0 || scopes.includes("admin") || needed.some((scope) => scopes.includes(scope));
  }

  async learn(signal) {
    this.me = await api.whoAmI(signal);
  }

  assume() {
    this.me = ASSUMED;
  }

  /** @param isRefused Whether the service refused a request, as opposed to a sign-out. */
  forget(isRefused) {
    // A browser that was not signed in has not lost anything, but may need to sign in.
    this.hasEnded = isRefused && (this.isSignedIn || this.hasEnded);
    this.me = undefined;
  }
}

/** Tells the other tabs that somebody signed in or out in this one. */
export const tellOthers = () => channel.postMessage("changed");

/** @param listener Called when another tab reports a sign-in or sign-out. */
export const onOtherIdentity = (listener) => channel.addEventListener("message", listener);
