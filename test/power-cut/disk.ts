/** A data folder whose power can be cut: what was not synced is lost. */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class UnreliableDisk {
  readonly #home = mkdtempSync(join(tmpdir(), "sightline-disk-"));
  readonly #library = join(this.#home, "synced-only.so");
  #tracer: string | undefined;
  #number = 0;

  constructor() {
    compile("synced-only.cpp", "-shared", "-fPIC", "-o", this.#library);
    mkdirSync(this.folder);
    mkdirSync(this.#record);
  }

  get folder(): string {
    return join(this.#home, `data-${this.#number}`);
  }

  /** For a service that keeps its data in the folder. */
  get environment(): NodeJS.ProcessEnv {
    const failures = {
      DISK_FAILURE: this.#failure,
      DISK_FOLDER_FAILURE: this.#folderFailure,
      DISK_WRITE_FAILURE: this.#writeFailure,
    };
    return { ...this.tracedEnvironment, ...failures, DATA_DIR: this.folder, LD_PRELOAD: this.#library };
  }

  /**
   * Runs the program that follows it, for programs that make their system calls without the C library, as those in Go
   * do. For x86-64.
   */
  get tracer(): string {
    if (!this.#tracer) {
      this.#tracer = join(this.#home, "trace-syncs");
      compile("trace-syncs.cpp", "-o", this.#tracer);
    }
    return this.#tracer;
  }

  /** For the tracer. */
  get tracedEnvironment(): NodeJS.ProcessEnv {
    return { DISK_FOLDER: this.folder, DISK_RECORD: this.#record };
  }

  /** Whether syncs fail. */
  set isFailing(isFailing: boolean) {
    put(this.#failure, isFailing);
  }

  /** Whether syncs of folders fail. */
  set isFailingFolders(isFailing: boolean) {
    put(this.#folderFailure, isFailing);
  }

  /** Whether writes fail. */
  set isRefusing(isRefusing: boolean) {
    put(this.#writeFailure, isRefusing);
  }

  /** Replaces the folder by what was synced of it. Its process must have been killed. */
  cut(): void {
    const [folder, record] = [this.folder, this.#record];
    this.#number += 1;
    restore(record, keyOf(folder), this.folder);
    mkdirSync(this.#record);
    recordAll(this.folder, this.#record);
    for (const old of [folder, record]) rmSync(old, { recursive: true });
  }

  remove(): void {
    rmSync(this.#home, { recursive: true });
  }

  get #failure(): string {
    return join(this.#home, "failure");
  }

  get #folderFailure(): string {
    return join(this.#home, "folder-failure");
  }

  get #writeFailure(): string {
    return join(this.#home, "write-failure");
  }

  get #record(): string {
    return join(this.#home, `record-${this.#number}`);
  }
}

function put(path: string, isThere: boolean): void {
  if (isThere) writeFileSync(path, "");
  else rmSync(path);
}

function compile(source: string, ...options: readonly string[]): void {
  execFileSync("g++", ["-std=c++17", "-O2", ...options, join(import.meta.dirname, source)]);
}

/** As in `record.h`. */
function keyOf(path: string): string {
  const { ino, birthtimeNs } = statSync(path, { bigint: true });
  return `${ino}-${birthtimeNs}`;
}

function restore(record: string, key: string, folder: string): void {
  mkdirSync(folder);
  // Without an fsync of the folder it has no names.
  const names = existsSync(join(record, key)) ? readFileSync(join(record, key), "utf8") : "";
  for (const line of names.split("\n").filter(Boolean)) {
    const [child = "", kind, ...rest] = line.split(" ");
    const path = join(folder, rest.join(" "));
    if (kind === "folder") restore(record, child, path);
    else if (existsSync(join(record, child))) copyFileSync(join(record, child), path);
    else writeFileSync(path, "");
  }
}

/** Everything in the folder counts as synced. */
function recordAll(folder: string, record: string): void {
  const entries = readdirSync(folder, { withFileTypes: true });
  const names = entries.map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) recordAll(path, record);
    else copyFileSync(path, join(record, keyOf(path)));
    return `${keyOf(path)} ${entry.isDirectory() ? "folder" : "file"} ${entry.name}\n`;
  });
  writeFileSync(join(record, keyOf(folder)), names.join(""));
}
