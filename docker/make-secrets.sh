#!/bin/sh
# Makes what docker/compose.yaml mounts as secrets, each once: what is there is kept. Another folder: make-secrets.sh <folder>
set -eu
umask 022 # services read them as another user; the folder keeps this machine's other users out
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 700 "$folder"

random() { head -c "${1:-24}" /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
keep() { [ -e "$folder/$1" ] || printf '%s' "$2" >"$folder/$1"; }

keep postgres_password "$(random)"
for service in $(sed -n 's/^  \([a-z]*\)_database_owner_url:.*/\1/p' "$(dirname "$0")/compose.yaml"); do
  keep "${service}_database_url" "postgres://${service}_app:$(random)@postgres:5432/$service"
  keep "${service}_database_owner_url" "postgres://${service}_owner:$(random)@postgres:5432/$service"
done
keep identity_key_encryption_key "$(random 32)"
keep notification_client_secret "$(random)"
keep identity_service_clients "notification=$(cat "$folder/notification_client_secret")"
keep notification_secret_key "$(head -c 32 /dev/urandom | base64)"
keep s3_secret_access_key "$(random)"
keep s3_identities "{\"identities\":[{\"name\":\"ciep\",\"credentials\":[{\"accessKey\":\"ciep\",\"secretKey\":\"$(cat "$folder/s3_secret_access_key")\"}],\"actions\":[\"Read\",\"Write\",\"List\",\"Tagging\"]}]}"
keep grafana_password "$(random 12)"
