import { expect, it } from "vitest";
import { acceptCallback } from "../../lib/webhooks/callback.ts";
import { webhookSecret } from "../support/receiver.ts";

const config = { webhookSecret, webhookAllowPrivate: false, webhookPorts: [] };
const none = async () => false;

it("accepts a callback URL, written out and without its fragment", async () => {
  const url = "HTTPS://Example.com/hook?a=ä#top";
  expect(await acceptCallback({ callbackUrl: url }, none, config)).toEqual({
    callbackUrl: "https://example.com/hook?a=%C3%A4",
  });
});

it("refuses every callback URL where there is no secret, neither of all nor of the receiver", async () => {
  const without = { ...config, webhookSecret: "" };
  await expect(acceptCallback({ callbackUrl: "https://example.com/" }, none, without)).rejects.toMatchObject({
    type: "WEBHOOKS_DISABLED",
    code: 400,
  });
  const hasSecret = async (origin: string) => origin === "https://example.com";
  expect(await acceptCallback({ callbackUrl: "https://example.com/a" }, hasSecret, without)).toEqual({
    callbackUrl: "https://example.com/a",
  });
  await expect(acceptCallback({ callbackUrl: "https://example.com:8443/a" }, hasSecret, without)).rejects.toMatchObject(
    {
      type: "WEBHOOKS_DISABLED",
    },
  );
});

it("lets private addresses pass only where the configuration does", async () => {
  const url = "http://10.0.0.1/hook";
  await expect(acceptCallback({ callbackUrl: url }, none, config)).rejects.toMatchObject({
    type: "INVALID_CALLBACK_URL",
  });
  expect(await acceptCallback({ callbackUrl: url }, none, { ...config, webhookAllowPrivate: true })).toEqual({
    callbackUrl: url,
  });
});

it("keeps the mode with the URL, and refuses one without", async () => {
  const wanted = { callbackUrl: "https://example.com/a", callbackMode: "binary" } as const;
  expect(await acceptCallback(wanted, none, config)).toEqual(wanted);
  expect(await acceptCallback({}, none, config)).toEqual({});
  expect(await acceptCallback({ callbackMode: "structured" }, none, config)).toEqual({});
  await expect(acceptCallback({ callbackMode: "binary" }, none, config)).rejects.toMatchObject({
    type: "INVALID_OPTION",
  });
});
