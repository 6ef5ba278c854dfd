"""WebSockets. A message from the channel layer is only a nudge; rows are read anew, also without one."""
