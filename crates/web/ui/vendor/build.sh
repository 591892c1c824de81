#!/bin/sh
# Rebuilds vendor/ui.js from the pinned packages (`npm ci` first) and checks or writes its SHA-256.
#   vendor/build.sh          build, write ui.js and ui.js.sha256
#   vendor/build.sh --check  build elsewhere and fail if the committed bundle differs
set -eu
cd "$(dirname "$0")"
out=ui.js
[ "${1:-}" = --check ] && out=$(mktemp)
../node_modules/.bin/esbuild entry.js --bundle --format=esm --target=es2022 --minify \
  --legal-comments=none --log-level=warning --outfile="$out" --allow-overwrite
if [ "${1:-}" = --check ]; then
  cmp "$out" ui.js && rm -f "$out"
  sha256sum --check --quiet ui.js.sha256
else
  sha256sum ui.js > ui.js.sha256
  cat ../node_modules/preact/LICENSE > LICENCE-preact.txt
  cat ../node_modules/htm/LICENSE > LICENCE-htm.txt
  cat ../node_modules/@preact/signals/LICENSE > LICENCE-signals.txt
fi
