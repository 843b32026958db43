import { describe, expect, it } from "vitest";
import { WebhookSigner } from "../../lib/webhooks/signature.ts";
import { verifyWebhook } from "../support/verify-webhook.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const otherSecret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

describe("signatures", () => {
  it("are those of the published example", () => {
    const headers = new WebhookSigner(secret).sign(
      "msg_p5jXN8AQM9LWM0D4loKWxJek",
      new Date(1_614_265_330_999),
      '{"test": 2432232314}',
    );
    expect(headers).toEqual({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  const body = '{"name":"Zoë"}';
  const sign = (now = new Date()) => ({ ...new WebhookSigner(secret).sign("id.1", now, body) });

  it("are verified, text beyond ASCII too", () => {
    expect(verifyWebhook(secret, sign(), body)).toEqual({ name: "Zoë" });
  });

  it("fail for another body, id, secret or time", () => {
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    expect(() => verifyWebhook(secret, sign(), '{"name":"Zoe"}')).toThrow("No matching signature");
    expect(() => verifyWebhook(secret, { ...sign(), "webhook-id": "id.2" }, body)).toThrow("No matching signature");
    expect(() => verifyWebhook(otherSecret, sign(), body)).toThrow("No matching signature");
    expect(() => verifyWebhook(secret, sign(minutesAgo(6)), body)).toThrow("too old");
    expect(() => verifyWebhook(secret, sign(minutesAgo(-6)), body)).toThrow("too new");
    expect(verifyWebhook(secret, sign(minutesAgo(4)), body)).toEqual({ name: "Zoë" });
  });

  it("are made with both secrets while one replaces the other", () => {
    const headers = { ...new WebhookSigner(`${secret} ${otherSecret}`).sign("id.1", new Date(), body) };
    expect(verifyWebhook(secret, headers, body)).toEqual({ name: "Zoë" });
    expect(verifyWebhook(otherSecret, headers, body)).toEqual({ name: "Zoë" });
  });
});
