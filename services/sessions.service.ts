/** Sessions: keys, their encoded images, and erasure of all their data. */
import type { Context } from "moleculer";
import { withBackends } from "../lib/backends/mixin.ts";
import { readAtStart } from "../lib/backends/when-there.ts";
import { config } from "../lib/config.ts";
import { type CallMeta, call } from "../lib/contracts/action.ts";
import { actions } from "../lib/contracts/actions.ts";
import { broadcast, broadcasts } from "../lib/contracts/broadcasts.ts";
import { eraseBelongings } from "../lib/erasure/belongings.ts";
import { failure } from "../lib/errors.ts";
import { JobManager } from "../lib/jobs/job-manager.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { KeyManager } from "../lib/sessions/key-manager.ts";
import { openSecret, unknownSession } from "../lib/sessions/keys.ts";
import { ownerOf } from "../lib/sessions/owner.ts";
import { SessionManager } from "../lib/sessions/session-manager.ts";
import { SessionSweep } from "../lib/sessions/session-sweep.ts";
import { FailureLog } from "../lib/transport/failure-log.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";

/** @throws SESSION_KEY_INVALID if the call has no session. */
function sessionOf(ctx: Context<unknown, CallMeta>): string {
  const owner = ownerOf(ctx);
  if (owner === null) throw unknownSession();
  return owner;
}

interface Vars {
  readonly backends: Backends;
  manager: SessionManager;
  /** Removes the jobs of owners whose data is erased. */
  jobs: JobManager;
  sweep: SessionSweep;
}

interface Methods {
  eraseBelongings(owner: string): Promise<void>;
}

const sessions: ServiceDefinition<"sessions", Vars, Methods> = {
  name: "sessions",
  mixins: [withBackends],

  actions: {
    async open({ params: { openedBy } }) {
      return { key: await this.manager.open(openedBy) };
    },

    identify({ params: { key } }) {
      return this.manager.identify(key);
    },

    async account({ params: { id } }) {
      const account = await this.manager.accountOf(id);
      return account === undefined ? {} : { account };
    },

    async encode(ctx) {
      const session = sessionOf(ctx);
      const { image, sha256 = "", creation } = ctx.params;
      const erasedAt = await this.manager.erasedAt(session);
      // A repeated request needs no room.
      if (!creation) await this.manager.requireRoom(session);
      const encoding = await (image
        ? call(ctx, actions.encodings.encode, { image })
        : call(ctx, actions.encodings.known, { sha256 }));
      if (!encoding) throw failure("PICTURE_UNKNOWN", "The session has not sent this image; send its bytes.");
      await this.manager.add(session, encoding, erasedAt, creation);
      return encoding;
    },

    requireRoom(ctx) {
      return this.manager.requireRoom(sessionOf(ctx));
    },

    summary(ctx) {
      return this.manager.summary(sessionOf(ctx));
    },

    async erase(ctx) {
      const session = sessionOf(ctx);
      await this.manager.erase(session);
      await this.eraseBelongings(session);
    },
  },

  methods: {
    async eraseBelongings(owner) {
      const onErased = (jobId: string) => broadcast(this.broker, broadcasts.jobFinished, jobId);
      await eraseBelongings(this.backends, this.jobs, [owner], { onErased });
      await broadcast(this.broker, broadcasts.encodingsReleased, owner);
    },
  },

  async started() {
    const open = () => openSecret(this.backends.sessions, config.sessionSecret);
    const secret = await readAtStart(this.backends, this.logger, open);
    const keys = new KeyManager(this.backends, secret, config.adminKey);
    this.manager = new SessionManager(this.backends.sessions, keys, secret, config.sessionMaxIdleMs);
    const { backends, logger } = this;
    const erase = (owner: string) => this.eraseBelongings(owner);
    const failures = new FailureLog("Ending idle sessions failed and is tried again");
    const onError = (err: unknown) => failures.error(logger, err);
    this.jobs = new JobManager(backends, onError);
    this.sweep = new SessionSweep(backends, config, { erase, onError });
  },

  async stopped() {
    await this.sweep?.close();
  },
};

export default defineService(sessions);
