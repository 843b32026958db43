/** Credentials for NATS in files, which may be renewed while the process runs. */
import { readFileSync } from "node:fs";
import { type Authenticator, credsAuthenticator, nkeyAuthenticator } from "nats";
import type { Config } from "../config.ts";

export type CredentialFiles = Partial<Pick<Config, "natsNkeyFile" | "natsCredsFile">>;

/** Reads the file again at each connect. Undefined without such a file. */
export function authenticatorOf({ natsNkeyFile, natsCredsFile }: CredentialFiles): Authenticator | undefined {
  if (natsCredsFile) return withLastRead(() => credsAuthenticator(Buffer.from(textOf(natsCredsFile))));
  return natsNkeyFile ? withLastRead(() => nkeyAuthenticator(seedOf(textOf(natsNkeyFile)))) : undefined;
}

/**
 * The client closes a connection for good if an authenticator throws, also one that it only wanted to make again. So
 * while the file cannot be read, as when it is being replaced, the credentials that were last good are used.
 */
function withLastRead(read: () => Authenticator): Authenticator {
  let last: Authenticator | undefined;
  return (nonce) => {
    try {
      const current = read();
      const credentials = current(nonce);
      last = current;
      return credentials;
    } catch (error) {
      if (!last) throw error;
      return last(nonce);
    }
  };
}

/** With line ends as the client's own parser expects them. */
function textOf(file: string): string {
  return readFileSync(file, "utf8").replaceAll("\r", "");
}

/** The seed in a file as `nk` and `nsc` write it: perhaps between lines of dashes, or with a line break. */
function seedOf(text: string): Uint8Array {
  const [seed = ""] = /^SU[A-Z2-7]+$/m.exec(text) ?? [];
  return Buffer.from(seed);
}
