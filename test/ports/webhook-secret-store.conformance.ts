import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { WebhookSecret, WebhookSecretStore } from "../../lib/ports/webhook-secret-store.ts";
import type { Opened } from "./opened.ts";
import { later, now } from "./sample-jobs.ts";

export function webhookSecretStoreConformance(name: string, open: () => Promise<Opened<WebhookSecretStore>>): void {
  describe(`WebhookSecretStore: ${name}`, () => {
    let opened: Opened<WebhookSecretStore>;
    let store: WebhookSecretStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.port;
    });
    afterEach(() => opened.close());

    const secret = (owner: string, origin: string, text = "whsec_a") => ({
      owner,
      origin,
      secret: text,
      createdAt: now,
    });
    const [one, other] = ["https://a.example", "https://b.example:8443"];

    test("gives a secret back as it was, to its owner and for its origin only", async () => {
      expect(await store.hasAny()).toBe(false);
      const first = { ...secret("x", one), previous: { secret: "whsec_before", until: later } };
      await store.put(first, undefined);
      const ofNobody = { ...secret("", one, "whsec_b"), sharedUntil: later };
      await store.put(ofNobody, undefined);
      store = await opened.reopen();
      expect(await store.hasAny()).toBe(true);
      expect(await store.find("x", one)).toEqual(first);
      expect(await store.find("", one)).toEqual(ofNobody);
      expect(await store.find("y", one)).toBeUndefined();
      expect(await store.find("x", other)).toBeUndefined();
    });

    test("replaces, lists and removes", async () => {
      const first = { ...secret("x", other), previous: { secret: "whsec_before", until: later } };
      await store.put(first, undefined);
      expect(await store.put(secret("x", other, "whsec_c"), first)).toBe(true);
      await store.put(secret("x", one), undefined);
      await store.put(secret("y", one), undefined);
      expect(await store.list("x")).toEqual([secret("x", one), secret("x", other, "whsec_c")]);
      expect([await store.count("x"), await store.count("y"), await store.count("z")]).toEqual([2, 1, 0]);
      expect(await store.remove("x", one)).toBe(true);
      expect(await store.remove("x", one)).toBe(false);
      expect(await store.list("x")).toEqual([secret("x", other, "whsec_c")]);
      expect(await store.list("y")).toEqual([secret("y", one)]);
    });

    test("stores nothing in place of a secret that has changed since it was read", async () => {
      const [first, second] = [secret("x", one), secret("x", one, "whsec_b")];
      expect(await store.put(second, first)).toBe(false);
      expect(await store.find("x", one)).toBeUndefined();
      await store.put(first, undefined);
      expect(await store.put(second, undefined)).toBe(false);
      expect(await store.put(second, second)).toBe(false);
      expect(await store.find("x", one)).toEqual(first);
    });

    test("stores one of several that are put at once", async () => {
      const texts = ["whsec_1", "whsec_2", "whsec_3", "whsec_4"];
      const put = (before?: WebhookSecret) =>
        Promise.all(texts.map((text) => store.put(secret("x", one, text), before)));
      expect((await put()).filter(Boolean)).toHaveLength(1);
      const before = secret("x", one, "whsec_0");
      await store.remove("x", one);
      await store.put(before, undefined);
      expect((await put(before)).filter(Boolean)).toHaveLength(1);
      expect(await store.list("x")).toHaveLength(1);
    });
  });
}
