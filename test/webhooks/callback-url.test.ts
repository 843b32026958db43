import { expect, it } from "vitest";
import { acceptCallbackUrl } from "../../lib/webhooks/callback-url.ts";
import { webhookSecret } from "../support/receiver.ts";

const config = { webhookSecret, webhookAllowPrivate: false, webhookPorts: [] };
const none = async () => false;

it("accepts a callback URL, written out and without its fragment", async () => {
  const url = "HTTPS://Example.com/hook?a=ä#top";
  expect(await acceptCallbackUrl(url, none, config)).toBe("https://example.com/hook?a=%C3%A4");
});

it("refuses every callback URL where there is no secret, neither of all nor of the receiver", async () => {
  const without = { ...config, webhookSecret: "" };
  await expect(acceptCallbackUrl("https://example.com/", none, without)).rejects.toMatchObject({
    type: "WEBHOOKS_DISABLED",
    code: 400,
  });
  const hasSecret = async (origin: string) => origin === "https://example.com";
  expect(await acceptCallbackUrl("https://example.com/a", hasSecret, without)).toBe("https://example.com/a");
  await expect(acceptCallbackUrl("https://example.com:8443/a", hasSecret, without)).rejects.toMatchObject({
    type: "WEBHOOKS_DISABLED",
  });
});

it("lets private addresses pass only where the configuration does", async () => {
  const url = "http://10.0.0.1/hook";
  await expect(acceptCallbackUrl(url, none, config)).rejects.toMatchObject({ type: "INVALID_CALLBACK_URL" });
  expect(await acceptCallbackUrl(url, none, { ...config, webhookAllowPrivate: true })).toBe(url);
});
