#!/bin/sh
# Restarts a service of this list: an alert names it, but does not choose what may be restarted.
set -eu
case $1 in
  shop-api | shop-worker) ;;
  *)
    printf '%s is not in the list of this script\n' "$1" >&2
    exit 2
    ;;
esac
printf 'restarting %s\n' "$1"
sudo -n systemctl restart -- "$1"
systemctl is-active -- "$1"
