#!/bin/sh
# Runs a program of the project with the settings of a file: `with_environment.sh FILE PROGRAM [ARGUMENT…]`.
# The file holds NAME=value or NAME='value' lines, as systemd's EnvironmentFile takes them.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
file=$1
shift
PATH=$root/.venv/bin:/usr/local/bin:/usr/bin:/bin
PYTHONPATH=$root
PYTHONUNBUFFERED=1
set -a
# shellcheck disable=SC1090  # its name is given
. "$file"
set +a
export PATH PYTHONPATH PYTHONUNBUFFERED
cd "$root"
exec "$@"
