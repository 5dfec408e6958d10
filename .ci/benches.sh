#!/usr/bin/env bash
# Every bench builds as it is measured, and runs once.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo bench --benches -- --test
