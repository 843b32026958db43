/** Where the `type` of a problem leads. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { advice } from "../../lib/error-advice.ts";
import { definitions } from "../../lib/errors.ts";
import { type RunningService, startService } from "../support/service.ts";

const adminKey = "k".repeat(32);
let service: RunningService;
beforeAll(async () => {
  // Pages about problems are for all, also where all else needs a key.
  service = await startService({ AUTH: "keys", ADMIN_KEY: adminKey });
});
afterAll(() => service.stop());

const get = (path: string, accept = "*/*") => fetch(service.url + path, { headers: { Accept: accept } });

it("the type of a refusal leads to a page about it", async () => {
  const refusal = await (await get("/v1/jobs")).json();
  expect(refusal.type).toBe("/problems/KEY_REQUIRED");
  const page = await get(refusal.type, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(await page.text()).toContain(refusal.title);
  const { type, title, status, code } = refusal;
  expect(await (await get(refusal.type)).json()).toEqual({
    ...{ type, title, status, code, isRetryable: false },
    advice: advice.KEY_REQUIRED,
  });
});

it("the advice to a form whose file lacks curl's @ says so", async () => {
  const form = new FormData();
  form.append("images", "me.jpg");
  const headers = { Authorization: `Bearer ${adminKey}` };
  const refusal = await (await fetch(`${service.url}/process`, { method: "POST", body: form, headers })).json();
  expect((await (await get(refusal.type)).json()).advice).toContain("the @: `-F images=@photo.jpg`");
});

it("every kind is listed, with a page of its own", async () => {
  const { items } = await (await get("/problems", "application/json")).json();
  expect(items.map(({ code }: { code: string }) => code)).toEqual(Object.keys(definitions));
  const list = await (await get("/problems", "text/html")).text();
  for (const { type, title, isRetryable, advice } of items) {
    expect(list).toContain(`href="${type}"`);
    const page = await (await get(type, "text/html")).text();
    expect(page).toContain(title);
    expect(page.includes("may succeed later")).toBe(isRetryable);
    expect(page.replaceAll(/<\/?code>/g, "`")).toContain(advice);
  }
});

it.each(["/problems/NONE", "/problems/constructor", "/problems/no_image", "/problems/%3Cb%3E"])(
  "%s is not found",
  async (path) => {
    const answer = await get(path, "text/html, */*;q=0.1");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
  },
);

it("another form cannot be had", async () => {
  expect((await get("/problems", "image/png")).status).toBe(406);
});

// As a client may send them, in percent-encoding where they are part of a path.
const STRANGE = `\u202e\u0085\ufeff${"x".repeat(3000)}`;
const strange = encodeURIComponent(STRANGE);
const tensor = { name: "image", shape: [1], datatype: "BYTES", data: ["AAAA"] };
const inference = (request: object): Sent => [
  ...(["POST", "/v2/models/faces-haar/infer", "application/json"] as const),
  { inputs: [tensor], ...request },
];

type Sent = readonly [method: string, path: string, type?: string, body?: string | object];
const quoting: readonly Sent[] = [
  ["GET", `/v1/models/${strange}`],
  ["GET", `/v2/models/${strange}`],
  ["GET", `/v2/models/faces-haar/versions/${strange}`],
  ["POST", `/v2/repository/models/${strange}/load`, "application/json", {}],
  ["GET", `/v1/keys/${strange}`],
  ["GET", `/v1/erasures/${strange}`],
  ["GET", `/${strange}`],
  ["GET", `/v1/jobs?${strange}=1`],
  ["GET", `/v1/jobs?state=${strange}`],
  ["GET", `/v1/jobs?sort=${strange}`],
  ["GET", `/v1/jobs?labels=${strange}`],
  ["GET", `/v1/jobs?cursor=${strange}`],
  ["GET", `/v1/events?after=${strange}`],
  ["GET", `/bonus?version=${strange}&model=${strange}`],
  ["POST", `/process?models=${strange}`, "image/png", "x"],
  ["POST", `/v1/jobs?callbackUrl=${strange}`, "image/png", "x"],
  ["POST", "/process", `x/${"x".repeat(3000)}`, "x"],
  ["POST", "/v1/collections", `x/${"x".repeat(3000)}`, "x"],
  ["POST", "/v1/collections", "application/json", "\u001c\n}"],
  ["POST", "/v1/collections", "application/json", { name: "a", [STRANGE]: 1 }],
  ["POST", "/v1/collections", "application/json", `{"${STRANGE}":1,"${STRANGE}":2}`],
  ["POST", "/v1/jobs", "application/json", { labels: { [STRANGE]: "a" } }],
  inference({ inputs: [{ ...tensor, name: STRANGE }] }),
  inference({ inputs: [{ ...tensor, name: STRANGE, datatype: "FP32" }] }),
  inference({ inputs: [{ ...tensor, datatype: STRANGE }] }),
  inference({ inputs: [{ ...tensor, shape: Array.from({ length: 3000 }, () => 1) }] }),
  inference({ inputs: [{ ...tensor, shape: Array.from({ length: 3000 }, () => 2) }] }),
  inference({ inputs: [{ ...tensor, datatype: "UINT8", shape: [2, 2], data: [1], name: STRANGE }] }),
  inference({ inputs: [{ ...tensor, datatype: "UINT8", shape: Array.from({ length: 3000 }, () => 2), data: [1] }] }),
  inference({ inputs: [{ ...tensor, datatype: "FP32", shape: Array.from({ length: 3000 }, () => 2), data: [1] }] }),
  inference({ inputs: [{ ...tensor, parameters: { [STRANGE]: 1 } }] }),
  inference({ outputs: [{ name: STRANGE }] }),
  inference({ parameters: { [STRANGE]: 1 } }),
];

describe("the text of a problem is short and on one line, whatever it quotes", () => {
  it.each(quoting.map(([method, path, type = "", body]) => ({ method, path, type, body, shown: path.slice(0, 40) })))(
    "$method $shown %#",
    async ({ method, path, type, body }) => {
      const headers = { Authorization: `Bearer ${adminKey}`, ...(type !== "" && { "Content-Type": type }) };
      const content = typeof body === "object" ? JSON.stringify(body) : (body ?? null);
      const answer = await fetch(service.url + path, { method, headers, body: content });
      const { detail, error = detail } = await answer.json();
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(detail).toMatch(/^[^\p{Cc}\u202e\ufeff]{1,400}$/u);
      expect(error).toBe(detail);
    },
  );
});
