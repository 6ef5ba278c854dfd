#!/bin/sh
# Starts coturn with its secret read from a file, and with the SFU's addresses as the only peers it relays to.
set -eu
umask 077
conf=${RUN_DIR:-/tmp}/turnserver.conf
addresses() {
    # TURN_PEERS: names or addresses of SFUs, separated by blanks; NODE_IP is what LiveKit announces.
    for peer in ${TURN_PEERS:-livekit} ${NODE_IP:-}; do
        getent ahostsv4 "$peer" | cut -d' ' -f1
    done | sort -u
}
peers=$(addresses)
[ -n "$peers" ] || { echo "turn: no address of ${TURN_PEERS:-livekit} is known yet" >&2; exit 1; }
{
    cat "${TURN_CONF:-/etc/turnserver.conf}"
    printf 'realm=%s\n' "${TURN_DOMAIN:-localhost}"
    printf 'static-auth-secret=%s\n' "$(cat "${SECRETS_DIR:-/run/secrets}/turn_shared_secret")"
    # An address that is both allowed and denied is allowed.
    for address in $peers; do printf 'allowed-peer-ip=%s\n' "$address"; done
} >"$conf"
exec turnserver -c "$conf" "$@"
