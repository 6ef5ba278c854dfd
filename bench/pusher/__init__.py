"""The pusher alone: real cameras, a real Janus, and no browser nor control plane beside it."""
