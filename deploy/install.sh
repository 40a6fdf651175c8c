#!/bin/sh
# Installs what `python -m launcher units` wrote beside it: `sudo sh install.sh systemd|supervisor`.
# It may run again after an update: the environment with its secrets is never replaced. DESTDIR is put before every
# place, and then no account is made and nothing is reloaded.
set -eu

kind=${1:-}
case $kind in
    systemd | supervisor) ;;
    *)
        echo "usage: sh install.sh systemd|supervisor" >&2
        exit 2
        ;;
esac
here=$(cd "$(dirname "$0")" && pwd)
root=${DESTDIR:-}
user=@USER@
if [ -n "$root" ]; then
    user=$(id -un)
    group=$(id -gn)
    keeper=$user
else
    group=$user
    keeper=root
    if ! id -u "$user" > /dev/null 2>&1; then
        useradd --system --user-group --home-dir @STATE@ --no-create-home --shell /usr/sbin/nologin "$user"
    fi
fi

folder() { install -d -m "$1" -o "$2" -g "$group" "$root$3"; }
folder 0750 "$user" @STATE@
folder 0750 "$user" @STATE@/airflow
folder 0750 "$user" @STATE@/buckets
for bucket in misc ap am backup; do folder 0750 "$user" "@STATE@/buckets/$bucket"; done
folder 0750 "$user" @LOGS@
folder 0750 "$keeper" "$(dirname @ENVIRONMENT@)"
if [ ! -e "$root@ENVIRONMENT@" ]; then
    install -m 0640 -o "$keeper" -g "$group" "$here/environment" "$root@ENVIRONMENT@"
fi

put() { mkdir -p "$root$(dirname "$2")" && install -m 0644 "$1" "$root$2"; }
if [ "$kind" = systemd ]; then
    for unit in "$here"/systemd/*; do put "$unit" "/etc/systemd/system/$(basename "$unit")"; done
    [ -n "$root" ] || systemctl daemon-reload
else
    put "$here/supervisor/envinorma.conf" /etc/supervisor/conf.d/envinorma.conf
fi
put "$here/nginx/envinorma.conf" /etc/nginx/conf.d/envinorma.conf
put "$here/update.sh" /usr/local/sbin/envinorma-update
chmod 0755 "$root/usr/local/sbin/envinorma-update"

echo "Installed. Next: the certificate, the databases, then the start (docs/operations/deployment.md)."
