/** Values that programs trip over: for names and values of queries, headers and JSON. */
const LONG = "x".repeat(3000);

/** In percent-encoding, or what is none. */
export const oddTexts: readonly string[] = [
  ...["", "0", "-1", "1.5", "1e400", "NaN", "007", "0x10", "99999999999999999999", "true", "null", "undefined"],
  ...["%00", "%0d%0aMARK:%20a", "%zz", "%", "%c3%28", "%ed%a0%80", "%F0%9F%98%80", "%E2%80%AE", "%EF%BB%BF", "%25zz"],
  ...["..", "%2e%2e", "..%2f", "//", "%5c", ";a=b", "*", "'%22%3C%3E", "a,b", ",", "a:b", "=b", "+", "~", LONG],
  ...["__proto__", "constructor", "toString", "2026-13-01", "2016-12-31T23:59:60Z", "2026-01-01T00:00:00%2B99:99"],
  ...["http://user:pw@h/", "file:///etc/passwd", "http://[::1", "faces-haar,nope", "faces-haar@1", "eyJhIjoxfQ"],
];

export const oddHeaders: readonly (readonly [name: string, values: readonly string[]])[] = [
  ["Accept", ["", "*", "image/png", "*/*;q=0", "application/xml", ",,,", 'a/b;c="', LONG, "\xff"]],
  ["Accept-Encoding", ["", "gzip", "identity;q=0", "*;q=0", "gzip;q=9", "x"]],
  ["Authorization", ["", "Bearer", "Bearer x", "Basic dTpw", `Bearer ${LONG}`, "Bearer \xff", "Bearer a, Bearer b"]],
  ["Content-Encoding", ["gzip", "identity", "", "br", "zstd", "gzip, gzip", "constructor", "*"]],
  ["Content-Type", ["", "application/json; charset=utf-16", "text/plain", "multipart/form-data", "/", "\xff", LONG]],
  ["Cookie", ["", "=", ";;;", "sightline=x", "%", "\xff=\xff"]],
  ["Idempotency-Key", ["", "a b", "x".repeat(256), "\xe4", "k"]],
  ["If-Match", ["*", "a", "", '"a", "b"']],
  ["If-None-Match", ["*", 'W/"x"', ",", '"""']],
  ["Inference-Header-Content-Length", ["", "-1", "0", "99999999", "5,5", "0x5", " 12 "]],
  ["key", ["", "x", "\xff", "a, b", LONG]],
  ["Last-Event-ID", ["", "x", "-1", "99999999999", "\xff"]],
  ["Origin", ["null", "http://evil.example", "", "\xff"]],
  ["Prefer", ["wait=0", "wait=-1", "wait=a", "respond-async", "", ",", '"', "wait=1;wait=0"]],
  ["Range", ["bytes=0-1", "bytes=5-1", "x"]],
  ["Repr-Digest", ["", "sha-256", "sha-256=:AAAA:", "md5=:x:", "\xff"]],
  ["Sec-Fetch-Site", ["cross-site", "none", "x"]],
  ["Sightline-Owner", ["", "none", "x", "*", "\xff"]],
  ["traceparent", ["", "x", `00-${"0".repeat(32)}-${"0".repeat(16)}-00`, "\xff"]],
  ["X-Request-Id", ["MARK", "", LONG.slice(0, 200), "a b", "\xff", "<script>"]],
  ["X-HTTP-Method-Override", ["DELETE"]],
  ["X-Forwarded-For", ["1.2.3.4", "x", ""]],
];

export const oddJson: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e308, 2 ** 53, "", "a", LONG, [], {}, [[]], [null], { a: 1 }],
  ...[
    "\u0000",
    "\u202eMARK",
    "\r\nMARK: x",
    "\ufeff",
    "__proto__",
    "constructor",
    "../../etc/passwd",
    "😀".repeat(300),
  ],
  ...["data:image/png;base64,AAAA", "data:,x", "file:///etc/passwd", "9999999-01-01T00:00:00Z", { $ne: 1 }, ["a", "a"]],
  ...[{ length: 5 }, { toString: 1 }, { toJSON: 1 }, Array.from({ length: 300 }, () => 0)],
];

/** Texts in place of a value of JSON. */
export const oddTokens: readonly string[] = [
  ...[
    "NaN",
    "Infinity",
    "1e999",
    "01",
    "+1",
    ".5",
    "'a'",
    "undefined",
    '"\\ud800"',
    '"\\x41"',
    '"a\nb"',
    "-0",
    "true,",
  ],
  ...["9".repeat(5000), "[".repeat(100_000), `${"[".repeat(65)}${"]".repeat(65)}`, '{"a":1,"a":2}', "1/**/"],
];
