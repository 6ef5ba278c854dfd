"""What moves streams and leases through their states (DESIGN §3). Rows first, media outside any transaction."""
