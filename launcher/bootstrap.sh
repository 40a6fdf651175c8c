#!/bin/sh
# Runs the set-up with a Python 3.11 of this system: `launcher/bootstrap.sh run|test`.
# PYTHON names one that is not on the PATH.
set -eu
cd "$(dirname "$0")/.."
for name in "${PYTHON:-}" python3.11 python3 python; do
    if [ -n "$name" ] && "$name" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
        exec "$name" -m launcher.setup "$@"
    fi
done
echo "Python 3.11 is needed and was not found. Install it, or name it: make PYTHON=/path/to/python3.11" >&2
exit 1
