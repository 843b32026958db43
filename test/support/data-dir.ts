/** Gives in-process services a data folder of their own, separate from other tests' and the developer's. */
import { rmSync } from "node:fs";
import { afterAll } from "vitest";
import { temporaryFolder } from "./service.ts";

const folder = temporaryFolder();
process.env.DATA_DIR = folder;
afterAll(() => rmSync(folder, { recursive: true, force: true }));
