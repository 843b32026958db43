/** Operators, accounts and users for a `nats-server` that trusts JWTs, made like `nsc` makes them. */
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { nkeys } from "nats";

type KeyPair = ReturnType<typeof nkeys.createUser>;

const NO_LIMITS = { subs: -1, data: -1, payload: -1 };
const ACCOUNT_LIMITS = { ...NO_LIMITS, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
const JETSTREAM_LIMITS = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

export class NatsOperator {
  readonly #keys = nkeys.createOperator();
  readonly #system = nkeys.createAccount();
  readonly #account = nkeys.createAccount();

  /** Writes the configuration of a server with one account for clients. */
  writeConfiguration(path: string): void {
    const [system, account] = [this.#system, this.#account].map((keys) => keys.getPublicKey()) as [string, string];
    const accountOf = (keys: KeyPair, limits: object) =>
      jwt(this.#keys, keys, { type: "account", limits, default_permissions: { pub: {}, sub: {} } });
    const preload = {
      [system]: accountOf(this.#system, ACCOUNT_LIMITS),
      [account]: accountOf(this.#account, { ...ACCOUNT_LIMITS, ...JETSTREAM_LIMITS }),
    };
    const operator = jwt(this.#keys, this.#keys, { type: "operator" });
    const settings = { operator, system_account: system, resolver: "MEMORY", resolver_preload: preload };
    writeFileSync(path, JSON.stringify(settings));
  }

  /** Writes the credentials of a new user. @param validForS Validity in seconds; unlimited if omitted. */
  writeUser(path: string, validForS?: number): void {
    const user = nkeys.createUser();
    const expiry = validForS === undefined ? {} : { exp: now() + validForS };
    const token = jwt(this.#account, user, { type: "user", pub: {}, sub: {}, ...NO_LIMITS }, expiry);
    const seed = Buffer.from(user.getSeed()).toString();
    const part = (name: string, text: string) => `-----BEGIN ${name}-----\n${text}\n------END ${name}------\n\n`;
    writeFileSync(path, part("NATS USER JWT", token) + part("USER NKEY SEED", seed));
  }
}

function jwt(issuer: KeyPair, subject: KeyPair, claims: object, expiry: { readonly exp?: number } = {}): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const [iss, sub] = [issuer.getPublicKey(), subject.getPublicKey()];
  const body = { jti: randomUUID(), iat: now(), iss, sub, name: sub, ...expiry, nats: { ...claims, version: 2 } };
  const signed = `${encode({ typ: "JWT", alg: "ed25519-nkey" })}.${encode(body)}`;
  return `${signed}.${Buffer.from(issuer.sign(Buffer.from(signed))).toString("base64url")}`;
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
