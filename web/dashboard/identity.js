/** Who the browser's requests count as, and what they may. */
import { api } from "./api.js";

/** Until the service answers. */
const ASSUMED = { access: "local", owner: null, scopes: ["process", "jobs", "metrics"] };
/** The other tabs of the browser, which have the same cookie. */
const channel = new BroadcastChannel("sightline-identity");

export class Identity {
  /** The answer of `/v1/whoami`; undefined while the browser has to sign in. */
  me;
  /** Whether the browser was signed in, and is refused now. */
  hasEnded = false;

  get isAssumed() {
    return this.me === ASSUMED;
  }

  /** Otherwise the service takes requests without a key, or the browser has to sign in. */
  get isSignedIn() {
    return this.me !== undefined && this.me.owner !== null;
  }

  /** @param needed Scopes of which one is needed; any key will do, where there are none. */
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

  /** @param isRefused Whether the service refused a request, and nobody signed out. */
  forget(isRefused) {
    // A browser that had not signed in may still need to.
    this.hasEnded = isRefused && this.isSignedIn;
    this.me = undefined;
  }
}

/** Says in the other tabs that somebody signed in or out in this one. */
export const tellOthers = () => channel.postMessage("changed");

/** @param listener Called when another tab has said so. */
export const onOtherIdentity = (listener) => channel.addEventListener("message", listener);
