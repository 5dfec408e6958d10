#!/usr/bin/env bash
# The comparison with other runtimes builds without a warning, and each of its programs runs.
# Not part of `run`: it builds many runtimes, which takes minutes. Without the network it is skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

manifest=benches/peers/Cargo.toml
if ! cargo fetch --quiet --locked --manifest-path "$manifest"; then
    echo "skipped: the packages of benches/peers cannot be fetched"
    exit 0
fi
cargo fmt --manifest-path "$manifest" --check
cargo clippy --locked --release --manifest-path "$manifest" -- -D warnings
cargo run --locked --release --manifest-path "$manifest" -- --quick --rounds 1
