/** Query parameters that no operation takes. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { apiDocument } from "../../lib/openapi/document.ts";
import { operationsOf, resolved } from "../support/api-document.ts";
import { sendLines } from "../support/raw-http.ts";
import { type RunningService, startService } from "../support/service.ts";

const ADMIN_KEY = "an-admin-key-that-is-long-enough-for-this-test";
let service: RunningService;
beforeAll(async () => {
  service = await startService({ ADMIN_KEY, AUTH: "off" });
});
afterAll(() => service.stop());

const operations = operationsOf(resolved(apiDocument()));
const isStrict = (path: string) => path.startsWith("/v1/") || path === "/process" || path === "/bonus";

/** The status and code of the answer, without parameters of the path that name something. */
async function answerTo(method: string, path: string, query: string): Promise<{ status: number; code: unknown }> {
  const target = path.replaceAll(/\{\w+\}/g, "x");
  const headers = ["Host: localhost", `x-api-key: ${ADMIN_KEY}`, "Connection: close", "Content-Length: 0"];
  const { status, body } = await sendLines(service.url, [`${method} ${target}${query} HTTP/1.1`, ...headers]);
  const isProblem = status >= 400;
  return { status: Number(status), code: isProblem ? JSON.parse(body).code : undefined };
}

it("are refused on every operation of the service's own API", async () => {
  const own = operations.filter(({ path }) => isStrict(path));
  expect(own.length).toBeGreaterThan(40);
  const others: string[] = [];
  for (const { method, path } of own) {
    const { status, code } = await answerTo(method, path, "?unknownParameter=1");
    if (status !== 400 || code !== "INVALID_OPTION") others.push(`${method} ${path}: ${status} ${code}`);
  }
  expect(others).toEqual([]);
});

it("are ignored where clients of other protocols may send them", async () => {
  const others = operations.filter(({ path }) => !isStrict(path));
  expect(others.length).toBeGreaterThan(20);
  for (const { method, path } of others) {
    const answer = await answerTo(method, path, "?unknownParameter=1");
    expect(answer.code, `${method} ${path}`).not.toBe("INVALID_OPTION");
    expect(answer, `${method} ${path}`).toEqual(await answerTo(method, path, ""));
  }
});
