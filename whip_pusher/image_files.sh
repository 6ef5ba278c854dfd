#!/bin/sh
# Copies the GStreamer plugins that the pusher uses, and all libraries below them, to the folder $1 under their own
# paths. A plugin that is named here and missing ends the build. Part of the Dockerfile beside it.
set -eu
kept=$1 lib=/usr/lib/$(uname -m)-linux-gnu
plugins="app coreelements debug dtls jpeg libav nice rtp rtpmanager rtsp sctp srtp tcp typefindfunctions udp
    videoconvertscale videoparsersbad vpx webrtc x264"
descriptions="Gst GstBase GstSdp GstWebRTC"

mkdir -p "$kept"
for name in $descriptions; do cp -L --parents "$lib/girepository-1.0/$name-1.0.typelib" "$kept"; done
# What ldd does not see, because it is loaded by name: TLS for rtsps://, and the ciphers of SRTP (libsrtp2 uses NSS).
files=$(ls "$lib"/gio/modules/libgiognutls.so "$lib"/libsoftokn3.so "$lib"/libfreebl*.so)
for plugin in $plugins; do files="$files $lib/gstreamer-1.0/libgst$plugin.so"; done
cp -L --parents $files "$kept"
ldd $files | awk '$3 ~ /^\// { print $3 }' | sort -u | while read -r library; do
    # Debian's /lib is a link to /usr/lib, in the image too.
    case $library in /usr/*) ;; *) library=/usr$library ;; esac
    cp -L --parents "$library" "$kept"
done
