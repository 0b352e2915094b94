#!/bin/sh
# An authority of one's own and a certificate of the server, for years in which nobody has to think of them.
# usage: make-certificates.sh FOLDER NAME…    e.g. make-certificates.sh /etc/boxoffice/tls db.cinema.example 192.168.1.5
# Every name and address that tills write into their URL must be among the names. Run again for a new server.crt.
set -eu
umask 077
[ $# -ge 2 ] || { sed -n '3,4s/^# //p' "$0" >&2; exit 2; }
folder=$1
shift
mkdir -p "$folder"

if [ ! -f "$folder/ca.crt" ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -days 3650 \
        -subj "/CN=Box Office authority $(date +%Y-%m-%d)" \
        -addext "keyUsage=critical,keyCertSign,cRLSign" \
        -keyout "$folder/ca.key" -out "$folder/ca.crt" 2>/dev/null
fi

names=""
for name in "$@"; do
    case $name in
        *:*) kind=IP ;;
        *[!0-9.]*) kind=DNS ;;
        *) kind=IP ;;
    esac
    names="${names:+$names,}$kind:$name"
done
printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' "$names" > "$folder/server.ext"
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" \
    -keyout "$folder/server.key" -out "$folder/server.csr" 2>/dev/null
openssl x509 -req -sha256 -days 1825 -in "$folder/server.csr" -CA "$folder/ca.crt" -CAkey "$folder/ca.key" \
    -CAcreateserial -extfile "$folder/server.ext" -out "$folder/server.crt" 2>/dev/null
rm "$folder/server.csr" "$folder/server.ext"
chmod 644 "$folder/ca.crt" "$folder/server.crt"
echo "$folder/server.crt for $names"
echo "Give every till a copy of $folder/ca.crt. Keep $folder/ca.key away from the server's network."
