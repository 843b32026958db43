/** Keys of clients. */
import { withBackends } from "../lib/backends/mixin.ts";
import { config } from "../lib/config.ts";
import { broadcast, broadcasts } from "../lib/contracts/broadcasts.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { KeyManager } from "../lib/sessions/key-manager.ts";
import { openSecret } from "../lib/sessions/keys.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";

const keys: ServiceDefinition<"keys", { backends: Backends; manager: KeyManager }> = {
  name: "keys",
  mixins: [withBackends],

  actions: {
    identify({ params: { key } }) {
      return this.manager.identify(key);
    },

    signIn({ params: { key } }) {
      return this.manager.signIn(key);
    },

    identifySignIn({ params: { token } }) {
      return this.manager.identifySignIn(token);
    },

    async prepare() {
      const key = await this.manager.prepare();
      // Not by the logger: whatever LOG_LEVEL says, it is shown this one time only.
      if (key) process.stdout.write(`The admin key of this service, which is not shown again: ${key}\n`);
    },

    create({ params }) {
      return this.manager.create(params);
    },

    list({ params }) {
      return this.manager.list(params);
    },

    get({ params: { id } }) {
      return this.manager.get(id);
    },

    async revoke({ params: { id } }) {
      await this.manager.revoke(id);
      broadcast(this.broker, broadcasts.keyRevoked, id);
    },
  },

  async started() {
    const secret = await openSecret(this.backends.sessions, config.sessionSecret);
    this.manager = new KeyManager(this.backends, secret, config.adminKey);
  },
};

export default defineService(keys);
