"""What goes with docker-compose.yml: the Swarm's file made from it, its checks, and what a trial needs."""
