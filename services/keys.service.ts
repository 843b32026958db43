/** Client keys. */
import { withBackends } from "../lib/backends/mixin.ts";
import { readAtStart } from "../lib/backends/when-there.ts";
import { config } from "../lib/config.ts";
import { broadcast, broadcasts } from "../lib/contracts/broadcasts.ts";
import { Eraser } from "../lib/erasure/eraser.ts";
import { ErasureRunner } from "../lib/erasure/erasure-runner.ts";
import { receiptOf } from "../lib/erasure/receipt.ts";
import { failure } from "../lib/errors.ts";
import { pageOf } from "../lib/page.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { KeyManager, WITHOUT_ADMIN } from "../lib/sessions/key-manager.ts";
import { openSecret } from "../lib/sessions/keys.ts";
import { FailureLog } from "../lib/transport/failure-log.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";

/** Most erasures end within this time. */
const ERASED_WITHIN_MS = 8_000;

interface Vars {
  backends: Backends;
  manager: KeyManager;
  eraser: Eraser;
  erasing: ErasureRunner;
  isPrepared?: boolean;
}

const keys: ServiceDefinition<"keys", Vars> = {
  name: "keys",
  mixins: [withBackends],

  actions: {
    ready() {},

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
      // Not written by the logger: the key must be shown whatever LOG_LEVEL is, and only this one time.
      if (key) process.stdout.write(`The admin key of this service, which is not shown again: ${key}\n`);
      // Every gateway asks.
      if (!(await this.manager.hasAdmin()) && !this.isPrepared) this.logger.warn(WITHOUT_ADMIN);
      this.isPrepared = true;
    },

    create({ params: { creation, ...wanted } }) {
      return this.manager.create(wanted, creation);
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

    async erase({ params: { key, owner = "" } }) {
      const { id } = await this.eraser.request(key === undefined ? { owner } : { keyId: key });
      const until = performance.now() + ERASED_WITHIN_MS;
      for (;;) {
        const erasure = await this.backends.erasures.get(id);
        const leftMs = until - performance.now();
        if (!erasure) throw failure("ERASURE_NOT_FOUND", "There is no such erasure.");
        if (erasure.phase === "done" || leftMs <= 0 || this.erasing.isClosing) return receiptOf(erasure);
        await this.erasing.round(Math.min(leftMs, 1_000));
      }
    },

    async eraseAgain({ params: { owner } }) {
      await this.eraser.request({ owner });
      this.erasing.wake();
    },

    takePoints({ params }) {
      return this.backends.rateCounters.take(params);
    },

    async record({ params: { records } }) {
      const names = new Map<string, string | undefined>();
      for (const keyId of new Set(records.map((record) => record.keyId ?? "")))
        names.set(keyId, keyId === "" ? undefined : (await this.backends.keys.get(keyId))?.name);
      const named = records.map((record) => {
        const keyName = names.get(record.keyId ?? "");
        return keyName === undefined ? record : { ...record, keyName };
      });
      await this.backends.audit.append(named);
    },

    async audit({ params: { limit = 100, cursor } }) {
      const before = cursor === undefined ? {} : { before: Number(cursor) };
      const entries = await this.backends.audit.read({ limit: limit + 1, ...before });
      return pageOf(entries, limit, ({ sequence }) => String(sequence));
    },

    async erasure({ params: { id } }) {
      const erasure = await this.backends.erasures.get(id);
      if (!erasure) throw failure("ERASURE_NOT_FOUND", "There is no such erasure.");
      return receiptOf(erasure);
    },
  },

  methods: {
    /**
     * The last step of an erasure may take minutes, in which changes of the requests in flight would wait. A stop may
     * come before the start is over.
     */
    leaveErasures() {
      this.erasing?.close();
    },
  },

  async started() {
    const open = () => openSecret(this.backends.sessions, config.sessionSecret);
    const secret = await readAtStart(this.backends, this.logger, open);
    this.manager = new KeyManager(this.backends, secret, config.adminKey);
    const { broker, logger, backends } = this;
    const failures = new FailureLog("An erasure failed and is tried again");
    const onError = (err: unknown) => failures.error(logger, err);
    this.eraser = new Eraser(backends, secret, {
      onKeysInvalidated: (keyIds) => {
        for (const id of [...keyIds, ""]) broadcast(broker, broadcasts.keyRevoked, id);
      },
      onErased: (owner) => broadcast(broker, broadcasts.encodingsReleased, owner),
      onJobErased: (id) => broadcast(broker, broadcasts.jobFinished, id),
      onError,
      openersOf: (owner) => this.manager.openersOf(owner),
    });
    const { erasures, leaderLeases } = backends;
    this.erasing = new ErasureRunner({ eraser: this.eraser, erasures, leaderLeases, onError });
  },

  async stopped() {
    await this.erasing?.close();
  },
};

export default defineService(keys);
