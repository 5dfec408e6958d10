//! What the attribute costs the compiler: a crate of coroutine functions against the same functions
//! with `async fn`.
//!
//! ```text
//! cargo run -p coweave-bodies --release --bin compile-time -- --functions 300 --rounds 7
//! ```
//!
//! Both crates use the same library, so that its own compilation counts for neither: it is built
//! first. Then each crate is built anew in turn, so that what else the machine does falls on
//! both, and the medians of user and system time of the whole build are compared.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};
use std::{fs, io};

use lexopt::prelude::{Long, Short, Value, ValueExt};

/// At most so many times as long as with `async fn`.
const TARGET: f64 = 1.5;

const VERBS: [(&str, &[&str]); 2] =
    [("cargo check", &["check"]), ("cargo build --release", &["build", "--release"])];

/// One of the two crates.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Coroutine,
    Async,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Coroutine => "coroutine_functions",
            Self::Async => "async_functions",
        }
    }

    /// Function `n`: three suspensions, a loop, a branch, `?`, and calls of the one before.
    fn function(self, n: u32) -> String {
        let (attribute, keyword) = match self {
            Self::Coroutine => ("#[coweave::coroutine]\n", ""),
            Self::Async => ("", "async "),
        };
        let call = match n % 10 {
            0 => "Ok(later(count).await)".to_owned(),
            _ => format!("step_{}(name, count).await", n - 1),
        };
        format!(
            "{attribute}pub {keyword}fn step_{n}(name: &str, mut count: u32) -> Result<u32, String> {{
    let mut total = {n};
    for round in 0..count {{
        let got = later(round).await;
        if got % 2 == 0 {{
            total += got;
            continue;
        }}
        match later(name.len()).await {{
            0 => return Err(format!(\"{{name}} {{round}}\")),
            length => total += length as u32,
        }}
    }}
    count = count.saturating_sub(1);
    let below: Result<u32, String> = {call};
    Ok(total + below?)
}}\n\n"
        )
    }

    fn source(self, functions: u32) -> String {
        let mut text = String::from(
            "#![feature(coroutines)]\n#![allow(unused_features)]\n\n\
             async fn later<T>(value: T) -> T {\n    coweave::yield_now().await;\n    value\n}\n\n",
        );
        for n in 0..functions {
            text.push_str(&self.function(n));
        }
        text.push_str("fn main() {\n    let mut total = 0;\n");
        for n in (9..functions).step_by(10) {
            writeln!(text, "    total += coweave::run(step_{n}(\"name\", 3)).unwrap();")
                .expect("a string takes all");
        }
        text.push_str("    println!(\"{total}\");\n}\n");
        text
    }
}

struct Crates {
    folder: PathBuf,
}

impl Crates {
    fn write(library: &Path, folder: PathBuf, functions: u32) -> io::Result<Self> {
        let mut members = String::new();
        for kind in [Kind::Coroutine, Kind::Async] {
            let source = folder.join(kind.name()).join("src");
            fs::create_dir_all(&source)?;
            fs::write(source.join("main.rs"), kind.source(functions))?;
            let manifest = format!(
                "[package]\nname = \"{}\"\nedition = \"2024\"\n\n[dependencies]\n\
                 coweave = {{ path = {library:?} }}\n",
                kind.name()
            );
            fs::write(folder.join(kind.name()).join("Cargo.toml"), manifest)?;
            write!(members, "\"{}\", ", kind.name()).expect("a string takes all");
        }
        let workspace = format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n");
        fs::write(folder.join("Cargo.toml"), workspace)?;
        fs::copy(library.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        Ok(Self { folder })
    }

    /// Compiles one crate anew; gives the time on the clock, and that of the processors.
    fn measure(&self, kind: Kind, verb: &[&str]) -> io::Result<(Duration, Duration)> {
        let source = self.folder.join(kind.name()).join("src/main.rs");
        fs::write(&source, fs::read_to_string(&source)?)?;
        let (began, before) = (Instant::now(), time_of_children()?);
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(verb)
            .args(["--offline", "--quiet", "-p", kind.name()])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .output()?;
        if !output.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        Ok((began.elapsed(), time_of_children()? - before))
    }
}

/// User and system time of the child processes that have ended, in steps of 10 ms.
fn time_of_children() -> io::Result<Duration> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after_name
        .split_whitespace()
        .skip(13)
        .take(2)
        .filter_map(|it| it.parse::<u64>().ok())
        .sum();
    Ok(Duration::from_millis(ticks * 10))
}

fn median(all: &mut [Duration]) -> f64 {
    all.sort_unstable();
    all[all.len() / 2].as_secs_f64()
}

fn run(functions: u32, rounds: u32) -> io::Result<bool> {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(2).expect("a program lies in the target directory");
    let crates = Crates::write(&library, target.join("compile-time"), functions)?;
    println!("{functions} functions, medians of {rounds}: seconds of processor, and on the clock");
    let mut is_good = true;
    for (name, verb) in VERBS {
        let mut times = [Kind::Coroutine, Kind::Async].map(|kind| (kind, Vec::new(), Vec::new()));
        for round in 0..=rounds {
            for (kind, clock, processor) in &mut times {
                let (on_clock, of_processor) = crates.measure(*kind, verb)?;
                // The first round builds the library as well.
                if round > 0 {
                    clock.push(on_clock);
                    processor.push(of_processor);
                }
            }
        }
        let [coroutine, plain] =
            times.map(|(_, mut clock, mut processor)| (median(&mut processor), median(&mut clock)));
        let ratio = coroutine.0 / plain.0;
        is_good &= ratio <= TARGET;
        println!(
            "{name:<22} coroutine {:.2} ({:.2})   async fn {:.2} ({:.2})   ratio {ratio:.2}",
            coroutine.0, coroutine.1, plain.0, plain.1
        );
    }
    Ok(is_good)
}

fn options() -> Result<(u32, u32), lexopt::Error> {
    let (mut functions, mut rounds) = (300, 7);
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("functions") => functions = parser.value()?.parse()?,
            Long("rounds") => rounds = parser.value()?.parse()?,
            Short(_) | Long(_) | Value(_) => return Err(argument.unexpected()),
        }
    }
    Ok((functions, rounds))
}

fn main() -> ExitCode {
    let result = options().map_err(io::Error::other).and_then(|(f, r)| run(f, r));
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            println!("more than {TARGET} times");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
