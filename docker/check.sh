#!/usr/bin/env bash
# Builds the images and runs them, on a machine that has neither a container engine nor Docker Hub: as root, on Debian
# with buildah, debootstrap and set-up done (npm test). About ten minutes the first time.
#
# The base image is made here, of Debian's packages and npm's, and stands under its official name in buildah's store.
# How this machine reaches its mirrors is handed to the builds from outside, so that no Dockerfile knows of it.
#
# With MONGO_URL the cluster is checked with it; without, its jobs are kept in the memory of one node.
set -euo pipefail
cd "$(dirname "$0")/.."

base=docker.io/library/node:24-bookworm-slim
node=$(ls "$PWD"/.tools/node/node_modules/node-linux-*/bin/node 2>/dev/null || command -v node)
work=$(mktemp -d)
running=()   # Process ids of what was started and not stopped.
containers=()

clean_up() {
  exec 2>/dev/null # The shell tells of everyone who is killed.
  for pid in "${running[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
  wait
  for container in "${containers[@]}"; do buildah rm "$container" >/dev/null; done
  rm -rf "$work"
}
trap clean_up EXIT

say() { printf '\n%s\n' "$*"; }

make_base() {
  local root=$work/base prefix npm_package
  nice -n 15 debootstrap --variant=minbase bookworm "$root" "${MIRROR:-http://deb.debian.org/debian}" >"$work/debootstrap.log"
  cp /etc/apt/sources.list.d/debian.sources "$root/etc/apt/sources.list.d/" 2>/dev/null && : >"$root/etc/apt/sources.list"
  # As in Debian's own images: no downloads kept, no documentation.
  printf 'APT::Keep-Downloaded-Packages "false";\nDPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin"; };\n' \
    >"$root/etc/apt/apt.conf.d/docker-clean"
  printf 'path-exclude=/usr/share/%s/*\n' doc man locale info >"$root/etc/dpkg/dpkg.cfg.d/docker"
  rm -rf "$root"/usr/share/{doc,man,locale,info}/* "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*
  prefix=$(dirname "$(dirname "$node")")
  npm_package=$work/npm
  mkdir -p "$npm_package"
  (cd "$npm_package" && echo '{}' >package.json && npm install --silent npm@11)
  mkdir -p "$root/usr/local/"{bin,include,lib/node_modules}
  cp "$node" "$root/usr/local/bin/node"
  cp -r "$prefix/include/node" "$root/usr/local/include/"
  cp -r "$npm_package/node_modules/npm" "$root/usr/local/lib/node_modules/"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  chroot "$root" groupadd --gid 1000 node
  chroot "$root" useradd --uid 1000 --gid node --create-home node
  local container
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$root" / >/dev/null
  buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --cmd node "$container"
  buildah commit --quiet --rm "$container" "$base" >/dev/null
}

build() { # image, Dockerfile, more options
  local image=$1 file=$2 certificates=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}
  printf 'registry=%s\ncafile=/root/ca.crt\nupdate-notifier=false\n' "$(npm config get registry 2>/dev/null)" >"$work/npmrc"
  nice -n 15 buildah bud --quiet --layers --pull-never --isolation chroot --network host \
    --volume "$work/npmrc:/root/.npmrc:ro" --volume "$certificates:/root/ca.crt:ro" \
    "${@:3}" --file "$file" --tag "localhost/$image" . >"$work/build.log" 2>&1 || { tail -40 "$work/build.log"; exit 1; }
}

# Starts an image's command as an engine would: process 1 of its own, as `node`, with nothing it can write but /tmp and,
# where it is a volume, /data. Sets `started`.
start() { # image, variables
  local image=localhost/$1 container root environment command
  container=$(buildah from --pull-never "$image")
  containers+=("$container")
  root=$(buildah mount "$container")
  mapfile -t environment < <(buildah inspect --type image --format '{{range .OCIv1.Config.Env}}{{println .}}{{end}}' "$image" | sed '/^$/d')
  mapfile -t command < <(buildah inspect --type image --format '{{range .OCIv1.Config.Cmd}}{{println .}}{{end}}' "$image" | sed '/^$/d')
  [ "$(buildah inspect --type image --format '{{.OCIv1.Config.User}}' "$image")" = 1000:1000 ]
  unshare --mount --pid --fork --kill-child bash -c '
    root=$1; shift
    mount --make-rprivate /
    mount --bind "$root" "$root"
    mount --rbind /dev "$root/dev"
    mount -o remount,bind,ro "$root"
    mount -t proc proc "$root/proc"
    for folder in tmp data; do
      if [ -d "$root/$folder" ]; then mount -t tmpfs -o mode=1777,size=256m tmpfs "$root/$folder"; fi
    done
    exec chroot --userspec=1000:1000 "$root" /usr/bin/env -i -C /app "$@"
  ' - "$root" "${environment[@]}" HOME=/tmp HOST=127.0.0.1 "${@:2}" "${command[@]}" >"$work/$1.log" 2>&1 &
  started=$!
  running+=("$started")
}

until_ready() { # image, its health port
  local deadline=$((SECONDS + 60))
  until HEALTH_PORT=$2 "$node" scripts/health.mjs 2>/dev/null; do
    if ! kill -0 "$started" 2>/dev/null || [ $SECONDS -gt $deadline ]; then
      tail -20 "$work/$1.log"
      say "$1 did not get ready"
      exit 1
    fi
    sleep 0.2
  done
}

# SIGTERM to process 1: it has to end by itself, with 0.
stop() { # process id
  local from=$SECONDS
  pkill -TERM -P "$1"
  wait "$1"
  echo "stopped by SIGTERM within $((SECONDS - from + 1)) s"
}

free_port() { "$node" -p 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()});""' | head -1; }

buildah images --quiet "$base" >/dev/null 2>&1 || { say "The base image"; make_base; }

say "Building"
build sightline-api docker/api/Dockerfile
build sightline-jobs docker/jobs/Dockerfile
build sightline-detector docker/detector/Dockerfile
build sightline docker/detector/Dockerfile --target single-node
buildah images --format '{{.Name}} {{.Size}}' | grep -E 'sightline|library/node'

say "All services in one process, from the image sightline"
port=$(free_port) health=$(free_port)
start sightline PORT="$port" HEALTH_PORT="$health"
until_ready sightline "$health"
"$node" docker/golden.ts "http://127.0.0.1:$port"
stop "$started"

say "A cluster of the images sightline-api, sightline-jobs and sightline-detector"
nats=nats://127.0.0.1:$(free_port)
nats_server=$("$node" scripts/nats-server.ts)
"$nats_server" --addr 127.0.0.1 --port "${nats##*:}" --jetstream --store_dir "$work/nats" >"$work/nats.log" 2>&1 &
running+=($!)
if [ -n "${MONGO_URL:-}" ]; then cluster=(NATS_URL="$nats" MONGO_URL="$MONGO_URL"); else cluster=(NATS_URL="$nats" DATA_DIR=/tmp/data); fi
nodes=()
for image in sightline-detector sightline-jobs sightline-api; do
  port=$(free_port) health=$(free_port)
  start "$image" "${cluster[@]}" PORT="$port" HEALTH_PORT="$health"
  until_ready "$image" "$health"
  nodes+=("$started")
done
until [ "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/readyz")" = 200 ]; do sleep 0.2; done
"$node" docker/golden.ts "http://127.0.0.1:$port"
for pid in "${nodes[2]}" "${nodes[1]}" "${nodes[0]}"; do stop "$pid"; done

say "All is well"
