/** Certificates made by openssl: our own authority, a server certificate for 127.0.0.1, and a client certificate. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Certificates {
  readonly caFile: string;
  /** An authority that has signed none of these certificates. */
  readonly otherCaFile: string;
  readonly server: Certificate;
  readonly client: Certificate;
  /** Certificate and key of the client in one file, which MongoDB's driver requires. */
  readonly clientPem: string;
  remove(): void;
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), "sightline-certificates-"));
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const authority = (name: string) => {
    const files = ["-keyout", file(`${name}.key`), "-out", file(`${name}.pem`)];
    openssl("req", "-x509", ...NEW_KEY, ...files, "-days", "2", "-subj", `/CN=${name}`);
    return file(`${name}.pem`);
  };
  const signed = (name: string): Certificate => {
    const [certFile, keyFile, request] = [file(`${name}.pem`), file(`${name}.key`), file(`${name}.csr`)];
    openssl("req", ...NEW_KEY, "-keyout", keyFile, "-out", request, "-subj", `/CN=${name}`);
    const signing = ["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial", "-days", "2"];
    openssl("x509", "-req", "-in", request, ...signing, "-extfile", file("names"), "-out", certFile);
    return { certFile, keyFile };
  };
  writeFileSync(file("names"), "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
  const caFile = authority("ca");
  const client = signed("client");
  const pem = execFileSync("cat", [client.certFile, client.keyFile]);
  writeFileSync(file("client-and-key.pem"), pem);
  return {
    caFile,
    otherCaFile: authority("other-ca"),
    server: signed("server"),
    client,
    clientPem: file("client-and-key.pem"),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
