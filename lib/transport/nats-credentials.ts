/** Credentials for NATS in files, which may be renewed while the process runs. */
import { readFileSync } from "node:fs";
import { type Authenticator, credsAuthenticator, nkeyAuthenticator } from "nats";
import type { Config } from "../config.ts";

export type CredentialFiles = Partial<Pick<Config, "natsNkeyFile" | "natsCredsFile">>;

/** An authenticator that reads the file again at each connect. Undefined without such a file. */
export function authenticatorOf({ natsNkeyFile, natsCredsFile }: CredentialFiles): Authenticator | undefined {
  if (natsCredsFile) return withLastRead(() => credsAuthenticator(Buffer.from(textOf(natsCredsFile))));
  return natsNkeyFile ? withLastRead(() => nkeyAuthenticator(seedOf(textOf(natsNkeyFile)))) : undefined;
}

/**
 * The client closes a connection permanently if an authenticator throws, even on a reconnect. So while the file cannot
 * be read, for example because it is being replaced, the last valid credentials are used.
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

/** The text with the line ends that the client's own parser expects. */
function textOf(file: string): string {
  return readFileSync(file, "utf8").replaceAll("\r", "");
}

/** The seed in a file that `nk` or `nsc` has written, possibly between lines of dashes, or with a line break. */
function seedOf(text: string): Uint8Array {
  const [seed = ""] = /^SU[A-Z2-7]+$/m.exec(text) ?? [];
  return Buffer.from(seed);
}
