/** Where the `type` of a problem leads. */
import { afterAll, beforeAll, expect, it } from "vitest";
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
