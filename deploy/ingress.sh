#!/bin/sh
# Starts LiveKit Ingress with its secrets read from files: it takes them only by environment or in its configuration.
set -eu
secrets=${SECRETS_DIR:-/run/secrets}
LIVEKIT_API_SECRET=$(cat "$secrets/livekit_api_secret")
# Pushers are on the same network, so the container's own address is the one to announce.
NODE_IP=${INGRESS_NODE_IP:-$(hostname -i | cut -d' ' -f1)}
VALKEY_PASSWORD=$(cat "$secrets/valkey_password")
export LIVEKIT_API_SECRET NODE_IP VALKEY_PASSWORD
INGRESS_CONFIG_BODY=$(awk '
    # Put in by position: a password may hold what a pattern would take for a sign of its own.
    function put(line, mark, value, at) {
        at = index(line, mark)
        return at ? substr(line, 1, at - 1) value substr(line, at + length(mark)) : line
    }
    { print put(put($0, "@NODE_IP@", ENVIRON["NODE_IP"]), "@VALKEY_PASSWORD@", ENVIRON["VALKEY_PASSWORD"]) }
' "${INGRESS_YAML:-/etc/ingress.yaml}")
unset VALKEY_PASSWORD
export INGRESS_CONFIG_BODY
exec ingress "$@"
