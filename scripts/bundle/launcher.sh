#!/bin/sh
# Runs Sightline on the Node and with the libraries that lie beside it. Besides the shell, it needs only readlink.
set -eu
self=$0
while [ -h "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=${self%/*}/$target ;;
  esac
done
root=$(CDPATH='' cd -P -- "${self%/*}/.." && pwd -P)
case $root in
  *[:\;]*)
    echo "sightline: the loader cannot find libraries in a folder whose name contains ':' or ';': $root" >&2
    exit 1
    ;;
esac
LD_LIBRARY_PATH=$root/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
exec "$root/node/bin/node" "$root/app/@SCRIPT@" "$@"
