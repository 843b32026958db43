import { headers, type MsgHdrs } from "nats";
import type { StoredMessage } from "./connection.ts";

/** Describes a blob in pieces, `<upload>.0` to `<upload>.<pieces - 1>`. */
export interface Manifest {
  readonly upload: string;
  readonly pieces: number;
  /** Size of each piece except the last. */
  readonly pieceBytes: number;
  readonly bytes: number;
}

/** Header that marks a message as a manifest and contains the manifest as JSON. */
const MANIFEST = "Sightline-Manifest";

export function manifestHeaders(manifest: Manifest): MsgHdrs {
  const named = headers();
  named.set(MANIFEST, JSON.stringify(manifest));
  return named;
}

export function manifestOf({ headers }: StoredMessage): Manifest | undefined {
  const manifest = headers?.get(MANIFEST);
  return manifest ? (JSON.parse(manifest) as Manifest) : undefined;
}
