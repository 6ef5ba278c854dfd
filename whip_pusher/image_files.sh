#!/bin/sh
# Makes the folder $1 a root file system with Python, the GStreamer plugins that the pusher uses, and all libraries below
# them. A file that is named here and missing ends the build. Part of the Dockerfile beside it.
set -eu
kept=$1 triplet=$(uname -m)-linux-gnu lib=/usr/lib/$(uname -m)-linux-gnu python=/usr/lib/python3.11
plugins="alaw app audioconvert audioparsers audioresample coreelements debug debugutilsbad dtls jpeg jpegformat libav mulaw nice opus rtp
    rtpmanager rtsp sctp srtp tcp typefindfunctions udp videoconvertscale videoparsersbad vpx webrtc x264"
descriptions="GLib-2.0 GObject-2.0 Gio-2.0 GModule-2.0 Gst-1.0 GstBase-1.0 GstSdp-1.0 GstWebRTC-1.0"
# Of Python's own library: what needs a terminal, a screen or a data base, and what is for developers.
unused="config-3.11-$triplet curses dbm distutils ensurepip idlelib lib2to3 pydoc_data sqlite3 test tkinter turtledemo
    unittest venv wsgiref xmlrpc"

mkdir -p "$kept/etc" "$kept/run" "$kept/usr/bin" "$kept/usr/lib64"
mkdir -m 1777 "$kept/tmp"
for folder in bin lib lib64; do ln -s "usr/$folder" "$kept/$folder"; done
printf 'root:x:0:0:root:/:/nonexistent\npusher:x:10001:10001::/tmp:/nonexistent\n' > "$kept/etc/passwd"
printf 'root:x:0:\npusher:x:10001:\n' > "$kept/etc/group"
printf 'hosts: files dns\n' > "$kept/etc/nsswitch.conf"

cp -a --parents /usr/bin/python3 /usr/bin/python3.11 "$python" /usr/lib/python3/dist-packages/gi "$kept"
for part in $unused; do rm -rf "$kept$python/$part"; done
rm -f "$kept$python"/lib-dynload/_curses* "$kept$python"/lib-dynload/_dbm* "$kept$python"/lib-dynload/_sqlite3* \
    "$kept$python"/lib-dynload/readline*
cp -L --parents /etc/ssl/certs/ca-certificates.crt "$kept"
cp -a --parents /usr/lib/locale/C.utf8 "$kept"
for name in $descriptions; do cp -L --parents "$lib/girepository-1.0/$name.typelib" "$kept"; done

# What ldd does not see, because it is loaded by name: TLS for rtsps://, and the ciphers of SRTP (libsrtp2 uses NSS).
files=$(ls "$lib"/gio/modules/libgiognutls.so "$lib"/libsoftokn3.so "$lib"/libfreebl*.so)
for plugin in $plugins; do files="$files $lib/gstreamer-1.0/libgst$plugin.so"; done
cp -L --parents $files "$kept"
ldd $files /usr/bin/python3.11 $(find "$kept$python/lib-dynload" "$kept/usr/lib/python3/dist-packages" -name '*.so') \
    | awk '$3 ~ /^\// { print $3 } $1 ~ /^\// && $2 ~ /^\(/ { print $1 }' | sort -u | while read -r library; do
    # Debian's /lib is a link to /usr/lib, in the image too.
    case $library in /usr/*) ;; *) library=/usr$library ;; esac
    cp -L --parents "$library" "$kept"
done
ldconfig -r "$kept"
