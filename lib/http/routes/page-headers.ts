/**
 * Headers of pages: they load only what the service itself provides, are shown in no frame, and share no window with
 * other sites.
 */

/** @param allowed What the page may load, by directive of its Content-Security-Policy. Nothing else is allowed. */
export function pageHeaders(allowed: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const policy = {
    "default-src": "'none'",
    ...allowed,
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
  };
  return {
    "Content-Security-Policy": Object.entries(policy)
      .map((directive) => directive.join(" "))
      .join("; "),
    "Cross-Origin-Opener-Policy": "same-origin",
  };
}

/**
 * Pages with scripts, styles and requests of the same origin only. Images may also be `blob:` URLs, for files chosen in
 * the page.
 */
export const ownPageHeaders = pageHeaders({
  "script-src": "'self'",
  "style-src": "'self'",
  "img-src": "'self' blob:",
  "connect-src": "'self'",
});
