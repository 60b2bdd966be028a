#!/bin/sh
# Makes the secrets that the manifests refer to, each once: what is there is kept. Needs kubectl and the namespace.
#
#   sh k8s/make-secrets.sh                                              a cluster for trying (mail catcher, S3 store of its own)
#   SMTP_URL=smtps://user:password@mail.example:465 S3_ACCESS_KEY_ID=… S3_SECRET_ACCESS_KEY=… \
#   BACKUP_ACCESS_KEY_ID=… BACKUP_SECRET_ACCESS_KEY=… sh k8s/make-secrets.sh
set -eu
namespace=${NAMESPACE:-ciep}

random() { head -c "${1:-24}" /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
exists() { kubectl --namespace "$namespace" get secret "$1" --output name >/dev/null 2>&1; }
create() { kubectl --namespace "$namespace" create secret generic "$@"; }

# The services that have a database are those whose role is its owner.
for service in $(sed -n 's/^ *name: \([a-z]*\)-owner$/\1/p' "$(dirname "$0")/base/services.yaml"); do
  for role in owner app; do
    exists "$service-$role" && continue
    password=$(random)
    address="postgres://${service}_$role:$password@ciep-postgres-rw:5432/$service"
    create "$service-$role" --type kubernetes.io/basic-auth \
      --from-literal "username=${service}_$role" --from-literal "password=$password" \
      --from-literal "url=$address?sslmode=verify-full&sslrootcert=/run/secrets/postgres-ca/ca.crt"
  done
done

# Two services share a secret: both sides are made together.
if ! exists identity || ! exists notification; then
  client_secret=$(random)
  create identity --from-literal "key-encryption-key=$(random 32)" --from-literal "service-clients=notification=$client_secret"
  create notification --from-literal "client-secret=$client_secret" --from-literal "secret-key=$(head -c 32 /dev/urandom | base64)" \
    --from-literal "smtp-url=${SMTP_URL:-smtp://mail:1025}"
fi

if ! exists storage; then
  id=${S3_ACCESS_KEY_ID:-ciep}
  key=${S3_SECRET_ACCESS_KEY:-$(random)}
  create storage --from-literal "access-key-id=$id" --from-literal "secret-access-key=$key" \
    --from-literal "identities={\"identities\":[{\"name\":\"ciep\",\"credentials\":[{\"accessKey\":\"$id\",\"secretKey\":\"$key\"}],\"actions\":[\"Read\",\"Write\",\"List\",\"Tagging\"]}]}"
fi

if [ -n "${BACKUP_ACCESS_KEY_ID:-}" ] && ! exists backups; then
  create backups --from-literal "access-key-id=$BACKUP_ACCESS_KEY_ID" --from-literal "secret-access-key=$BACKUP_SECRET_ACCESS_KEY"
fi
