#!/bin/sh
# Sends odd requests of every kind that docs/openapi.json allows, and of many that it does not, to the live service, and
# fails where an answer is a server error, has no documented status, or is not what its schema says.
#
#   python3 -m venv /tmp/schemathesis && /tmp/schemathesis/bin/pip install schemathesis==4.32.5
#   SCHEMATHESIS=/tmp/schemathesis/bin/schemathesis sh test/fuzz/schemathesis.sh [further options of `schemathesis run`]
#
# With KEYS=true requests need a key, and have that of an administrator; KEYS=none leaves it out.
#
# The seed is fixed, so a run can be repeated; SEED and EXAMPLES (cases of an operation, 50) change it. The service runs
# on a free port of its own, on data that are removed in the end. Not part of `npm test`: it takes some minutes.
set -eu
cd "$(dirname "$0")/../.."
root=$PWD
schemathesis=${SCHEMATHESIS:-schemathesis}
folder=$(mktemp -d)
port=${PORT:-$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')}
url=http://127.0.0.1:$port

key=
case ${KEYS:-} in
  true | none)
    export AUTH=keys ADMIN_KEY=an-admin-key-for-schemathesis-0123456789
    [ "$KEYS" = none ] || key=$ADMIN_KEY
    ;;
esac

HOST=127.0.0.1 PORT=$port DATA_DIR=$folder/data LOG_FORMAT=json SESSIONS_PER_MINUTE=0 REQUESTS_PER_MINUTE=0 FAILED_KEYS_PER_MINUTE=0 \
  node scripts/run.mjs --supervise moleculer-runner --config moleculer.config.ts 'services/**/*.service.ts' \
  >"$folder/log" 2>&1 &
service=$!
trap 'cd /; kill $service 2>/dev/null; wait $service 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

attempts=0
until curl -sf -o /dev/null "$url/readyz"; do
  attempts=$((attempts + 1))
  [ $attempts -lt 240 ] || { cat "$folder/log"; exit 1; }
  sleep 0.5
done

result=0
# Excluded: what the schema cannot say, such as the base64 of an image or a job that exists (positive_data_acceptance),
# and that text may be a number in a query (negative_data_rejection).
export SCHEMATHESIS_HOOKS=schemathesis_hooks PYTHONPATH="$root/test/fuzz" PYTHONDONTWRITEBYTECODE=1
# It leaves a folder where it runs.
cd "$folder"
"$schemathesis" run "$root/docs/openapi.json" --url "$url" \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,unsupported_method,allow_header_conformance,use_after_free \
  --phases examples,coverage,fuzzing --seed "${SEED:-13}" --max-examples "${EXAMPLES:-50}" --request-timeout 30 \
  --suppress-health-check all --continue-on-failure ${key:+-H "Authorization: Bearer $key"} "$@" || result=$?

if grep -q 'started again' "$folder/log"; then
  echo "The service ended in between:"
  grep -B 5 'started again' "$folder/log"
  result=1
fi
if [ $result -eq 0 ]; then
  echo "No failure."
else
  echo "There were failures. The log of the service ends with:"
  tail -n 5 "$folder/log"
fi
exit $result
