/** That somebody signed in or out in this tab, told to the other tabs of the browser: they have the same cookie. */
const channel = new BroadcastChannel("sightline-identity");

export const tellOthers = () => channel.postMessage("changed");

/** @param listener Called when another tab has told it. */
export const onOtherIdentity = (listener) => channel.addEventListener("message", listener);
