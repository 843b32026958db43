/** Preloaded into a process (`--import`): it sees a machine of 64 cores. */
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";

os.availableParallelism = () => 64;
syncBuiltinESMExports();
