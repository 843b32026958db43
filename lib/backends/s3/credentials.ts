/** The access key for a bucket. */
import { readFile, stat } from "node:fs/promises";
import type { Config } from "../../config.ts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The file of S3_CREDENTIALS_FILE is missing, or has no key. Another attempt may find it. */
export class UnreadableCredentials extends Error {}

export type CredentialsSettings = Pick<Config, "s3AccessKeyId" | "s3SecretAccessKey" | "s3CredentialsFile">;

/**
 * Returns a function that gives the current credentials. A credentials file is read again when it has changed. The
 * function throws UnreadableCredentials.
 */
export function credentialsOf(settings: CredentialsSettings): () => Promise<Credentials> {
  const { s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey, s3CredentialsFile: path } = settings;
  if (path === "") return async () => ({ accessKeyId, secretAccessKey });
  let known: { readonly changedAt: number; readonly credentials: Credentials } | undefined;
  return async () => {
    try {
      const { mtimeMs: changedAt } = await stat(path);
      if (known?.changedAt !== changedAt)
        known = { changedAt, credentials: parseCredentials(await readFile(path, "utf8")) };
      return known.credentials;
    } catch (cause) {
      throw new UnreadableCredentials("S3_CREDENTIALS_FILE cannot be read.", { cause });
    }
  };
}

/**
 * Reads the format of AWS's tools: `name = value` lines, of which unknown names are ignored. If there are several
 * profiles, `default` is used, or else the first one.
 */
export function parseCredentials(text: string): Credentials {
  const profiles = text.split(/^(?=\s*\[)/m).filter((profile) => /^\s*\w+\s*=/m.test(profile));
  const profile = profiles.find((each) => /^\s*\[\s*default\s*\]/.test(each)) ?? profiles[0] ?? "";
  const values = new Map(
    Array.from(profile.matchAll(/^[^\S\n]*(\w+)[^\S\n]*=[^\S\n]*(\S+)[^\S\n]*$/gm), ([, name = "", value = ""]) => [
      name.toLowerCase(),
      value,
    ]),
  );
  const accessKeyId = values.get("aws_access_key_id");
  const secretAccessKey = values.get("aws_secret_access_key");
  const sessionToken = values.get("aws_session_token");
  if (!accessKeyId || !secretAccessKey)
    throw new Error("The file of S3_CREDENTIALS_FILE has no aws_access_key_id and aws_secret_access_key.");
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}
