/**
 * Decodes an image that is too large for the process's memory limit, then a small one. The large one is read from the
 * file of the first argument, because what the process had used to make it would be room for the decoder.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { decodeImage } from "../../lib/vision/decode.ts";
import { readHeader } from "../../lib/vision/headers/image-header.ts";
import { blackPng } from "./images.ts";
import { cv } from "./opencv.ts";

/** Room for everything except the large image. */
const ROOM_BYTES = 40 * 2 ** 20;

const files = [readFileSync(process.argv[2] as string), blackPng(60, 60)];
const usedKiB = Number(/VmSize:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
execFileSync("prlimit", ["--pid", String(process.pid), `--as=${usedKiB * 1024 + ROOM_BYTES}`]);
const outcomes = files.map((file) => {
  try {
    const { cols, rows } = decodeImage(cv, file, readHeader(file), "color");
    return { cols, rows };
  } catch (error) {
    const { type, message, retryable } = error as Error & { type: unknown; retryable: unknown };
    return { type, message, retryable };
  }
});
console.log(JSON.stringify(outcomes));
