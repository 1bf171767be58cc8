#!/usr/bin/env bash
# Makes the desktop's directory. Nothing in it is touched when it exists.
umask 077
mkdir -p "${DESKTOP_DIRECTORY:?}/run" "$DESKTOP_DIRECTORY/home"
chmod 700 "$DESKTOP_DIRECTORY"
