#!/bin/sh
# Postfix with the files beside this one, fitted to the installation. Its own folder is made anew at each start, so the
# file system may be read-only; only the queue is kept. With --check it is made and looked at, and nothing is started.
#
# CONVENE_MAIL_DOMAIN  the domain that is Convene's alone
# CONVENE_DOOR         host:port of the LMTP door
# CONVENE_CLIENTS      the addresses that may send to anywhere: those of the worker and the door, and no gateway's
# RELAY_HOST           where all letters go on to, in Postfix' own words; empty: straight to each domain's server
# MAIL_HOST            its own name in the world, as its PTR record and its certificate have it
set -eu
: "${CONVENE_MAIL_DOMAIN:?}" "${CONVENE_DOOR:?}" "${CONVENE_CLIENTS:?}" "${MAIL_HOST:?}"
from=${POSTFIX_FILES:-/opt/convene-postfix}
run=${POSTFIX_RUN:-/run/convene-postfix}
spool=${POSTFIX_SPOOL:-/var/spool/postfix}
data=${POSTFIX_DATA:-/run/convene-postfix-data}

rm -rf "$run"
cp -R /etc/postfix "$run"
mkdir -p "$spool" "$data"
chown postfix "$data"
escaped=$(printf '%s' "$CONVENE_MAIL_DOMAIN" | sed 's/\./\\\\./g')
fit() {
    sed -e "s|invites\\\\.council\\\\.gov\\\\.uk|$escaped|g" -e "s|invites\.council\.gov\.uk|$CONVENE_MAIL_DOMAIN|g" \
        -e "s|/etc/postfix/|$run/|g" -e "s|\[127\.0\.0\.1\]:2424|[${CONVENE_DOOR%:*}]:${CONVENE_DOOR##*:}|g" "$from/$1"
}
for file in recipients header_checks; do fit "$file" >"$run/$file"; done
cat >"$run/main.cf" <<MAIN
compatibility_level = 3.6
queue_directory = $spool
data_directory = $data
mail_owner = postfix
setgid_group = postdrop
myhostname = $MAIL_HOST
mydestination =
local_recipient_maps =
alias_maps =
inet_interfaces = all
mynetworks = $CONVENE_CLIENTS
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_helo_required = yes
disable_vrfy_command = yes
smtp_tls_security_level = may
smtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt
relayhost = ${RELAY_HOST:-}
smtp_host_lookup = native, dns
maillog_file = ${POSTFIX_LOG:-/dev/stdout}
maillog_file_prefixes = /var, /dev, /tmp
MAIN
fit main.cf >>"$run/main.cf"
postconf -c "$run" -F '*/*/chroot = n'
postconf -c "$run" -M 'postlog/unix-dgram=postlog unix-dgram n - n - 1 postlogd'
postfix -c "$run" check
[ "${1:-}" = --check ] && exec postconf -c "$run" -n
exec postfix -c "$run" start-fg
