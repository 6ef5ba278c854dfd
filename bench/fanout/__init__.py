"""`python -m bench.fanout`: how many viewers this machine holds, by real WebRTC peers that count and do not decode."""
