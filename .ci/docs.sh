#!/usr/bin/env bash
# The documentation builds without a warning: the public pages, then those of private items.
set -euo pipefail
cd "$(dirname "$0")/.."

export RUSTDOCFLAGS="-D warnings"
cargo doc --workspace --no-deps
cargo doc --workspace --no-deps --document-private-items
