import { ensureDebianPackages, works } from "../../scripts/debian-packages.ts";

const mayMakeNetworks = works("unshare", "--net", "--mount", "--pid", "--fork", "true");
if (mayMakeNetworks && works("apt-get", "--version")) ensureDebianPackages("iproute2", "nftables");

/** Whether this user may make networks for a hostile cluster, and the machine has what they are made with. */
export const canMakeNetworks = mayMakeNetworks && works("ip", "-V") && works("nft", "--version");
if (!canMakeNetworks)
  console.warn("\n!!! NO RIGHT TO MAKE NETWORKS, OR NO ip OR nft: THE HOSTILE CLUSTER IS NOT TESTED !!!\n");
