#!/bin/sh
# Brings a version into service on this machine: `envinorma-update [--back] [VERSION]` (a tag or a commit; none: the
# code as it lies there). `--back` returns to an earlier version: no backup, no migration.
# It stops at the first thing that fails. Until the reload the old processes go on, and the old code is put back.
set -eu

root=@ROOT@
environment=@ENVIRONMENT@
user=@USER@
back=no
if [ "${1:-}" = --back ]; then
    back=yes
    shift
fi
version=${1:-}
stage=start

say() {
    stage=$1
    echo "== $stage"
}

# In the account of the service, with its settings.
as_service() {
    if [ "$(id -u)" = 0 ] && [ "$user" != root ]; then
        runuser -u "$user" -- /bin/sh "$root/deploy/with_environment.sh" "$environment" "$@"
    else
        /bin/sh "$root/deploy/with_environment.sh" "$environment" "$@"
    fi
}

is_supervised() { [ -e /etc/supervisor/conf.d/envinorma.conf ] || [ -n "${SUPERVISED:-}" ]; }

reload_site() {
    if is_supervised; then supervisorctl signal HUP "envinorma-site-$1"; else systemctl reload "envinorma-site@$1"; fi
}

restart() {
    if is_supervised; then supervisorctl restart "envinorma-$1"; else systemctl restart "envinorma-airflow@$1"; fi
}

tell() {
    code=$?
    [ "$code" = 0 ] && return
    echo "Stopped at: $stage." >&2
    case $stage in
        start | packages | "does it start" | backup | migrations)
            if [ -n "$version" ]; then
                git checkout --quiet "$previous" && launcher/bootstrap.sh run
                echo "The code is that of $previous again; its processes never stopped." >&2
            fi
            ;;
        *) echo "The new version may be in service. Back to the other: envinorma-update --back $previous" >&2 ;;
    esac
}

cd "$root"
previous=$(git rev-parse HEAD)
trap tell EXIT
if [ -n "$version" ]; then
    git rev-parse --quiet --verify "$version^{commit}" > /dev/null || git fetch --tags origin
    git checkout --quiet "$version"
fi
say packages
launcher/bootstrap.sh run
say "does it start"
as_service python -c 'import webapp; webapp.create_app()'
if [ "$back" = no ]; then
    say backup
    as_service python -m etl backup
    say migrations
    as_service @MIGRATIONS@
fi
say reload
# shellcheck disable=SC2043  # the template stands for several
for port in @SITE_PORTS@; do
    reload_site "$port"
    # The socket stays open: the answer comes from the first new worker.
    as_service python docker/healthcheck.py "http://127.0.0.1:$port/sante/processus"
done
# shellcheck disable=SC2043  # the template stands for several, or none
for process in @PROCESSES@; do restart "$process"; done
say check
if [ "$back" = yes ]; then
    as_service flask --app webapp check --deploy || echo "Newer tables than this version knows are expected here."
else
    as_service flask --app webapp check --deploy
fi
echo "In service: $(git rev-parse --short HEAD). Back to what was before: envinorma-update --back $previous"
