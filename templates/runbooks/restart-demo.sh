#!/bin/sh
# The demo's runbook: takes its time as a real one does, and touches nothing.
set -eu
name=$1

printf 'restarting %s on 2 hosts\n' "$name"
for host in api-1 api-2; do
  printf '%s: draining\n' "$host"
  sleep 1
  printf '%s: restarting\n' "$host"
  sleep 2
  printf '%s: healthy\n' "$host"
  sleep 1
done
printf '%s answers again\n' "$name"
