//! Builds that differ in where their code lies, for that alone moves nanoseconds by a quarter.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Passed to the compiler for the last crate, which with fat LTO is where all code is laid out. The
/// first build is the one that runs.
const PLACEMENTS: &[&str] = &[
    "-align-all-functions=5",
    "-align-all-functions=6",
    "-align-all-nofallthru-blocks=4",
    "-align-all-nofallthru-blocks=5",
];

/// The programs to measure with: this one, and so many less one that are built now.
pub(crate) fn executables(count: usize) -> Result<Vec<PathBuf>, String> {
    let this = env::current_exe().map_err(|error| error.to_string())?;
    let mut executables = Vec::from([this.clone()]);
    for placement in PLACEMENTS.iter().take(count.saturating_sub(1)) {
        executables.push(build(&this, placement)?);
    }
    Ok(executables)
}

fn build(this: &Path, placement: &str) -> Result<PathBuf, String> {
    eprintln!("building with -C llvm-args={placement}");
    // A folder of its own, in which the packages are built once for all placements.
    let folder = this.with_file_name("placed");
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["rustc", "--quiet", "--release", "--manifest-path"])
        .arg(manifest)
        .arg("--target-dir")
        .arg(&folder)
        .args(["--", "-C", &format!("llvm-args={placement}")])
        .status()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    if !status.success() {
        return Err(format!("the build with {placement} failed: {status}"));
    }
    let name = format!("peers{placement}{}", env::consts::EXE_SUFFIX);
    let (built, kept) = (folder.join("release").join("peers"), folder.join(name));
    let copied = fs::copy(built.with_extension(env::consts::EXE_EXTENSION), &kept);
    copied.map(|_| kept).map_err(|error| format!("the build cannot be kept: {error}"))
}
