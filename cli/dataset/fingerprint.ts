import { createHash } from "node:crypto";

/** In hexadecimal digits. */
export function hash(...parts: (string | Buffer)[]): string {
  const sha256 = createHash("sha256");
  for (const part of parts) sha256.update(part);
  return sha256.digest("hex");
}
