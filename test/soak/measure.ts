/** What a service takes of the machine: memory, open files, disk. Linux. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

export interface Sample {
  /** Seconds since the beginning. */
  readonly seconds: number;
  /** Of all processes of the service together. */
  readonly memoryMiB: number;
  /** Open files and sockets of all processes. */
  readonly handles: number;
  readonly processes: number;
  readonly diskMiB: number;
  /** Requests answered since the last sample, and how long half of them, and all but 1 % took; 0 without any. */
  readonly answers: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

const PAGE_BYTES = 4096;

/** The process and all that it has started. One that ends meanwhile is left out. */
export function treeOf(pid: number): number[] {
  const children = readOr("", () => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8"));
  return [pid, ...children.split(" ").filter(Boolean).map(Number).flatMap(treeOf)];
}

export function memoryMiB(pid: number): number {
  const pages = readOr("0 0", () => readFileSync(`/proc/${pid}/statm`, "utf8")).split(" ")[1];
  return (Number(pages) * PAGE_BYTES) / 2 ** 20;
}

export function handlesOf(pid: number): number {
  return readOr([], () => readdirSync(`/proc/${pid}/fd`)).length;
}

export function folderMiB(folder: string): number {
  const names = readOr([], () => readdirSync(folder, { recursive: true, encoding: "utf8" }));
  const bytes = names.map((name) => readOr(0, () => statSync(join(folder, name)).size));
  return bytes.reduce((sum, size) => sum + size, 0) / 2 ** 20;
}

function readOr<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
