import { expect, it } from "vitest";
import { acceptCallbackUrl } from "../../lib/webhooks/callback-url.ts";
import { webhookSecret } from "../support/receiver.ts";

const config = { webhookSecret, webhookAllowPrivate: false, webhookPorts: [] };

it("accepts a callback URL, written out and without its fragment", () => {
  expect(acceptCallbackUrl("HTTPS://Example.com/hook?a=ä#top", config)).toBe("https://example.com/hook?a=%C3%A4");
});

it("refuses every callback URL where there is no secret", () => {
  expect(() => acceptCallbackUrl("https://example.com/", { ...config, webhookSecret: "" })).toThrow(
    expect.objectContaining({ type: "WEBHOOKS_DISABLED", code: 400 }),
  );
});

it("lets private addresses pass only where the configuration does", () => {
  const url = "http://10.0.0.1/hook";
  expect(() => acceptCallbackUrl(url, config)).toThrow(expect.objectContaining({ type: "INVALID_CALLBACK_URL" }));
  expect(acceptCallbackUrl(url, { ...config, webhookAllowPrivate: true })).toBe(url);
});
