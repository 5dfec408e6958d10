//! The generated package: programs of many bodies each, compiled by cargo and run.

use std::fmt::Write as _;
use std::ops::AddAssign;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{fs, io};

/// What the programs counted, and what they said about differences.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) runs: u64,
    pub(crate) returned: u64,
    pub(crate) failed: u64,
    pub(crate) stopped: u64,
    pub(crate) events: u64,
    pub(crate) sites: u64,
    pub(crate) differences: u64,
    pub(crate) shown: String,
}

impl AddAssign for Findings {
    fn add_assign(&mut self, other: Self) {
        self.runs += other.runs;
        self.returned += other.returned;
        self.failed += other.failed;
        self.stopped += other.stopped;
        self.events += other.events;
        self.sites += other.sites;
        self.differences += other.differences;
        self.shown.push_str(&other.shown);
    }
}

/// Why a package could not be judged.
#[derive(Debug)]
pub(crate) enum Failure {
    Io(io::Error),
    /// The bodies do not compile: the compiler's messages.
    Build(String),
    /// A program did not get to its last line.
    Program(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A package below the target directory, against the library at `library`.
#[derive(Debug)]
pub(crate) struct Package {
    folder: PathBuf,
    target: PathBuf,
}

impl Package {
    pub(crate) fn new(below: &Path, name: &str, library: &Path) -> io::Result<Self> {
        let folder = below.join(name);
        let programs = folder.join("src/bin");
        if programs.exists() {
            fs::remove_dir_all(&programs)?;
        }
        fs::create_dir_all(&programs)?;
        // The versions of the library's own dependencies, so that nothing need be fetched.
        fs::copy(library.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        fs::write(folder.join("Cargo.toml"), manifest(library))?;
        Ok(Self { folder, target: below.join("target") })
    }

    /// Compiles the programs, as many at once as cargo likes, runs each, and removes them.
    pub(crate) fn run(&self, programs: &[(String, String)]) -> Result<Findings, Failure> {
        let source = |name: &str| self.folder.join("src/bin").join(name).with_extension("rs");
        for (name, text) in programs {
            fs::write(source(name), text)?;
        }
        let build = self.cargo("build")?;
        if !build.status.success() {
            return Err(Failure::Build(String::from_utf8_lossy(&build.stderr).into_owned()));
        }
        let mut findings = Findings::default();
        for (name, _) in programs {
            let program = self.target.join("debug").join(name);
            findings += judge(name, &Command::new(&program).output()?)?;
            fs::remove_file(program)?;
            fs::remove_file(source(name))?;
        }
        Ok(findings)
    }

    fn cargo(&self, verb: &str) -> io::Result<Output> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Command::new(cargo)
            .args([verb, "--offline", "--quiet"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            // A planted bug may leave something unused: a warning, and no failure.
            .env_remove("CARGO_BUILD_WARNINGS")
            .output()
    }
}

/// Debug information is left out, and what is compiled once is compiled well.
fn manifest(library: &Path) -> String {
    let runtime = library.join("tests/bodies/runtime");
    let mut text = String::from(
        "[package]\nname = \"bodies\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n",
    );
    for (name, path) in [("coweave", library), ("coweave-bodies-runtime", runtime.as_path())] {
        writeln!(text, "{name} = {{ path = {path:?} }}").expect("a string takes all");
    }
    text.push_str("\n[profile.dev]\ndebug = false\nincremental = false\ndebug-assertions = false\noverflow-checks = false\n");
    text.push_str("\n[profile.dev.package.\"*\"]\nopt-level = 1\n");
    text.push_str("\n[profile.dev.build-override]\nopt-level = 1\n");
    text
}

fn judge(name: &str, output: &Output) -> Result<Findings, Failure> {
    let text = String::from_utf8_lossy(&output.stdout);
    let totals = text.lines().last().and_then(|line| line.strip_prefix("totals "));
    let numbers: Vec<u64> =
        totals.unwrap_or_default().split(' ').filter_map(|it| it.parse().ok()).collect();
    let [runs, returned, failed, stopped, events, sites, differences] = numbers[..] else {
        let error = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::Program(format!("{name}: {}\n{error}", output.status)));
    };
    let shown = match differences {
        0 => String::new(),
        _ => text.lines().filter(|it| !it.starts_with("totals")).collect::<Vec<_>>().join("\n"),
    };
    Ok(Findings { runs, returned, failed, stopped, events, sites, differences, shown })
}
