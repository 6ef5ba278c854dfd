#!/bin/sh
# Starts Valkey with its password read from a file; in argv every process of the host could read it.
set -eu
umask 077
run=${RUN_DIR:-/run/valkey}
{
    cat "${VALKEY_CONF:-/etc/valkey.conf}"
    printf 'requirepass "%s"\n' "$(cat "${SECRETS_DIR:-/run/secrets}/valkey_password")"
} >"$run/valkey.conf"
exec valkey-server "$run/valkey.conf" "$@"
