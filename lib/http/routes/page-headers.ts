/**
 * The headers of pages: they use what the service itself has, are in no frame, and share no window with other sites.
 */

/**
 * @param allowed What the page may load, by the directives of its Content-Security-Policy, beside which nothing is
 * allowed.
 */
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

/** Same-origin scripts, styles and requests only. Images also from `blob:`, for files chosen in the page. */
export const ownPageHeaders = pageHeaders({
  "script-src": "'self'",
  "style-src": "'self'",
  "img-src": "'self' blob:",
  "connect-src": "'self'",
});
