#!/usr/bin/env bash
# Every example, built for release, prints what its header says.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --release --examples
cargo test --release --test examples
