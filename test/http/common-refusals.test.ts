/**
 * What is refused before any route has seen it, on every operation: with the status and the code that are documented.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiDocument } from "../../lib/openapi/document.ts";
import { operationsOf, resolved } from "../support/api-document.ts";
import { sendLines } from "../support/raw-http.ts";
import { type RunningService, startService } from "../support/service.ts";

let service: RunningService;
beforeAll(async () => {
  service = await startService({ ALLOWED_HOSTS: "images.example.com", ANONYMOUS_REQUESTS_PER_MINUTE: "0" });
});
afterAll(() => service.stop());

const HOST = "Host: images.example.com";
const refusals: Readonly<Record<string, (line: (query: string) => string) => string[]>> = {
  MALFORMED_REQUEST: (line) => [line("?a=%zz"), HOST],
  INVALID_OPTION: (line) => [line("?a=1&a=2"), HOST],
  HOST_NOT_ALLOWED: (line) => [line(""), "Host: example.org"],
  EXPECTATION_FAILED: (line) => [line(""), HOST, "Expect: 200-ok"],
  HEADERS_TOO_LARGE: (line) => [line(""), HOST, `X-Large: ${"x".repeat(20_000)}`],
  CROSS_ORIGIN: (line) => [line(""), HOST, "Sec-Fetch-Site: cross-site"],
};

const operations = operationsOf(resolved(apiDocument()));

describe.each(Object.entries(refusals))("%s", (code, lines) => {
  it("is answered on every operation, as documented", async () => {
    expect(operations.length).toBeGreaterThan(50);
    for (const { method, path, operation } of operations) {
      const target = path.replaceAll(/\{\w+\}/g, "x");
      const request = lines((query) => `${method} ${target}${query} HTTP/1.1`);
      const { status, headers, body } = await sendLines(service.url, [...request, "Connection: close"]);
      const what = `${method} ${path}: ${status} ${body}`;
      expect(JSON.parse(body).code, what).toBe(code);
      expect(headers["content-type"], what).toBe("application/problem+json");
      expect(headers["x-content-type-options"], what).toBe("nosniff");
      expect(headers["content-security-policy"], what).toContain("frame-ancestors 'none'");
      expect(headers["cross-origin-resource-policy"], what).toBe("same-origin");
      expect(headers["cache-control"], what).toBe("private, no-store");
      const examples = operation.responses?.[status]?.content?.["application/problem+json"]?.examples ?? {};
      expect(Object.keys(examples), what).toContain(code);
    }
  });
});
