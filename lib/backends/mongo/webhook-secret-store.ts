import type { WebhookSecret, WebhookSecretStore } from "../../ports/webhook-secret-store.ts";
import type { MongoAdapter } from "./adapter.ts";
import { withRetries } from "./failure.ts";

/** A secret. The key is the JSON of its owner and origin. */
interface SecretDocument extends WebhookSecret {
  readonly _id: string;
}

export class MongoWebhookSecretStore implements WebhookSecretStore {
  readonly #secrets: MongoAdapter<SecretDocument>;

  /** @param collection Returns the adapter for a collection name. */
  constructor(collection: (name: string) => unknown) {
    this.#secrets = collection("webhookSecrets") as MongoAdapter<SecretDocument>;
  }

  async put(secret: WebhookSecret, before: WebhookSecret | undefined): Promise<boolean> {
    const document = { _id: idOf(secret.owner, secret.origin), ...secret };
    const filter = { _id: document._id, ...(before && { secret: before.secret }) };
    const isStored = before
      ? await withRetries(async () => (await this.#secrets.collection.replaceOne(filter, document)).matchedCount === 1)
      : await withRetries(() => this.#secrets.insertNew(document));
    // Otherwise an attempt whose answer was lost may have stored it.
    return isStored || (await this.find(secret.owner, secret.origin))?.secret === secret.secret;
  }

  async find(owner: string, origin: string): Promise<WebhookSecret | undefined> {
    const found = await withRetries(() => this.#secrets.findById(idOf(owner, origin)));
    return found ? secretOf(found) : undefined;
  }

  async list(owner: string): Promise<WebhookSecret[]> {
    const found = await withRetries(() => this.#secrets.find({ query: { owner }, sort: { origin: 1 } }));
    return found.map(secretOf);
  }

  count(owner: string): Promise<number> {
    return withRetries(() => this.#secrets.collection.countDocuments({ owner }));
  }

  /** After a lost connection, the answer may be false although the secret was removed by this call. */
  async remove(owner: string, origin: string): Promise<boolean> {
    return (await withRetries(() => this.#secrets.removeMany({ _id: idOf(owner, origin) }))) > 0;
  }

  async hasAny(): Promise<boolean> {
    return (await withRetries(() => this.#secrets.find({ query: {}, limit: 1 }))).length > 0;
  }
}

const idOf = (owner: string, origin: string): string => JSON.stringify([owner, origin]);

function secretOf({ _id: _, ...secret }: SecretDocument): WebhookSecret {
  return secret;
}
