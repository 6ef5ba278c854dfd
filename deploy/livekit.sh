#!/bin/sh
# Starts livekit-server with its secrets read from files: it takes them only by environment or by a file of its own.
set -eu
secrets=${SECRETS_DIR:-/run/secrets}
LIVEKIT_KEYS="$LIVEKIT_API_KEY: $(cat "$secrets/livekit_api_secret")"
REDIS_PASSWORD=$(cat "$secrets/valkey_password")
LIVEKIT_WEBHOOK_API_KEY=$LIVEKIT_API_KEY
export LIVEKIT_KEYS REDIS_PASSWORD LIVEKIT_WEBHOOK_API_KEY
# Without an address to announce, the container's own: viewers on this host reach it, and no STUN server is asked.
NODE_IP=${NODE_IP:-$(hostname -i | cut -d' ' -f1)}
export NODE_IP
# In the official image the program lies at the root.
PATH=$PATH:/
exec livekit-server --config "${LIVEKIT_YAML:-/etc/livekit.yaml}" "$@"
