/** A random text. `crypto.randomUUID` is missing on pages that come over HTTP from another machine. */
export const randomText = () => crypto.getRandomValues(new Uint32Array(4)).join("-");
