/** Preloaded into a process (`--import`), it makes the process see a machine of 64 cores. */
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";

os.availableParallelism = () => 64;
syncBuiltinESMExports();
