/** SHA-256 hashes as lower-case hexadecimal. */
import { Type } from "typebox";

export const SHA256_PATTERN = "^[0-9a-f]{64}$";
const SHA256 = new RegExp(SHA256_PATTERN);

export const Sha256 = Type.String({ pattern: SHA256_PATTERN });

/** Hashes become names of files and tokens of subjects, so nothing else is accepted. */
export function isSha256(text: string): boolean {
  return SHA256.test(text);
}
