import { spawnSync } from "node:child_process";

const works = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;

/** Whether this user may make networks for a hostile cluster, and the machine has what they are made with. */
export const canMakeNetworks =
  works("unshare", "--net", "--mount", "--pid", "--fork", "true") && works("ip", "-V") && works("nft", "--version");
if (!canMakeNetworks)
  console.warn("\n!!! NO RIGHT TO MAKE NETWORKS, OR NO ip OR nft: THE HOSTILE CLUSTER IS NOT TESTED !!!\n");
