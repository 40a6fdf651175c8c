#!/bin/sh
# `make upgrade`: newer versions of every dependency, kept only where all tests pass with them.
set -eu

cd "$(dirname "$0")/.."
kept=$(mktemp -d)
cp --parents requirements*.txt tests/s3/requirements*.txt bench/requirements*.txt "$kept"
put_back() {
    code=$?
    if [ "$code" != 0 ]; then
        cp -R "$kept"/. .
        echo "The locks are those from before; what failed is above. \`make setup\` installs them again." >&2
    fi
    rm -rf "$kept"
}
trap put_back EXIT
"${MAKE:-make}" lock
"${MAKE:-make}" test
echo "All tests pass with these locks: commit them, then update the service (docs/operations/update.md)."
