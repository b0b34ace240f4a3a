#!/usr/bin/env bash
# Apache Superset in an environment of its own, under the cache folder: nothing of it enters the project's environment.
#
#   superset.sh env                      makes the environment and prints its folder
#   superset.sh setup BUNDLE [PASSWORD]  metadata, user "admin" on a new one, import of a bundle; may be repeated
#   superset.sh serve [PORT]             in the foreground, on this machine only
#
# SUPERSET_HOME holds metadata and keys (default: var/superset).
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(dirname "$(dirname "$here")")"
lock="$here/requirements.lock"
environment="${XDG_CACHE_HOME:-$HOME/.cache}/dampingan/superset-$(cksum < "$lock" | cut -d' ' -f1)"
export SUPERSET_HOME="${SUPERSET_HOME:-$root/var/superset}"
export SUPERSET_CONFIG_PATH="$here/superset_config.py"
export FLASK_APP="superset.app:create_app()"
export PIP_DISABLE_PIP_VERSION_CHECK=1
log="$SUPERSET_HOME/setup.log"

make_environment() {
  [ -e "$environment/.complete" ] && return
  echo "Menyiapkan Apache Superset di $environment (sekali saja, sekitar 900 MB) ..." >&2
  python="${PYTHON:-python3}"
  if command -v uv >/dev/null; then
    uv venv --quiet --allow-existing --python "$python" "$environment"
    uv pip sync --quiet --python "$environment/bin/python" --require-hashes --compile-bytecode "$lock"
  else
    "$python" -m venv "$environment"
    "$environment/bin/python" -m pip install --quiet --no-deps --require-hashes -r "$lock"
  fi
  touch "$environment/.complete"
}

prepare_home() {
  mkdir -p -m 700 "$SUPERSET_HOME"
  # Without it sessions and stored passwords could be forged; one for each installation.
  [ -s "$SUPERSET_HOME/secret.key" ] ||
    (umask 077 && "$environment/bin/python" -c 'import secrets; print(secrets.token_urlsafe(42))' > "$SUPERSET_HOME/secret.key")
}

quietly() { # command, arguments: what it says goes to a file, and its end to the screen when it fails
  "$environment/bin/$1" "${@:2}" >> "$log" 2>&1 || { tail -n 20 "$log" >&2; echo "Superset gagal; selengkapnya di $log" >&2; exit 1; }
}

setup() { # bundle, password
  umask 077
  : > "$log"
  # Written last: a setup that was interrupted makes its user again.
  ready="$SUPERSET_HOME/ready"
  echo "Menyiapkan Superset ..." >&2
  quietly superset db upgrade
  if [ ! -e "$ready" ]; then
    password="${2:-$("$environment/bin/python" -c 'import secrets; print(secrets.token_urlsafe(12))')}"
    quietly superset fab create-admin --username admin --firstname Admin --lastname Dampingan \
      --email admin@localhost --password "$password"
    # The user may be there already, with another password, from a setup that was interrupted.
    quietly superset fab reset-password --username admin --password "$password"
    quietly superset init
    echo "Pengguna: admin, kata sandi: $password"
    touch "$ready"
  fi
  quietly superset import-dashboards --path "$1" --username admin
  # The import above leaves datasets and charts that exist as they are; this brings them up to the bundle, too.
  quietly python "$here/update_assets.py" "$1"
}

case "${1:-}" in
  env)
    make_environment
    echo "$environment"
    ;;
  setup)
    make_environment
    prepare_home
    setup "$2" "${3:-}"
    ;;
  serve)
    make_environment
    prepare_home
    echo "Superset: http://127.0.0.1:${2:-8088}" >&2
    exec "$environment/bin/gunicorn" --bind "127.0.0.1:${2:-8088}" --workers 1 --threads 8 --timeout 120 \
      --worker-class gthread --log-level warning "superset.app:create_app()"
    ;;
  *)
    sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
