import { createHash } from "node:crypto";

/** SHA-256 of the parts, in hexadecimal. */
export function hash(parts: Iterable<string | Buffer>): string {
  const sha256 = createHash("sha256");
  for (const part of parts) sha256.update(part);
  return sha256.digest("hex");
}
