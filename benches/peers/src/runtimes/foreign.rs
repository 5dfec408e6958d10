//! Programs in other languages: compiled or interpreted by what is found here, each in a process of its
//! own that measures itself.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use crate::meter::Sample;
use crate::program::{Generator, OnTwo, Program, Waiting};

/// A language, with its programs: the file named first, and what that needs.
#[derive(Debug)]
pub(crate) struct Foreign {
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
    /// Makes a program of them; none for what is interpreted.
    compiler: &'static [&'static str],
    /// Starts it, in the folder with the files.
    start: &'static [&'static str],
    /// Succeeds where it can be run.
    probe: &'static [&'static str],
}

pub(crate) const CPP: Foreign = Foreign {
    name: "C++20",
    files: &[("coroutines.cpp", include_str!("../../foreign/coroutines.cpp"))],
    compiler: &["g++", "-std=c++20", "-O3", "-fno-exceptions", "-o", "cpp", "coroutines.cpp"],
    start: &["./cpp"],
    probe: &["g++", "--version"],
};

pub(crate) const GO: Foreign = Foreign {
    name: "Go",
    files: &[("goroutines.go", include_str!("../../foreign/goroutines.go"))],
    compiler: &["go", "build", "-o", "goroutines", "goroutines.go"],
    start: &["./goroutines"],
    probe: &["go", "version"],
};

/// What both in Python share.
const MEASURING: (&str, &str) = ("measuring.py", include_str!("../../foreign/measuring.py"));

pub(crate) const ASYNCIO: Foreign = Foreign {
    name: "asyncio",
    files: &[("tasks.py", include_str!("../../foreign/tasks.py")), MEASURING],
    compiler: &[],
    start: &["python3", "tasks.py"],
    probe: &["python3", "--version"],
};

pub(crate) const GEVENT: Foreign = Foreign {
    name: "gevent",
    files: &[("greenlets.py", include_str!("../../foreign/greenlets.py")), MEASURING],
    compiler: &[],
    start: &["python3", "greenlets.py"],
    probe: &["python3", "-c", "import gevent; print(gevent.__version__)"],
};

const ALL: [&Foreign; 4] = [&CPP, &GO, &ASYNCIO, &GEVENT];

/// Where a child finds what its parent has prepared.
const FOLDER: &str = "COWEAVE_PEERS_FOREIGN";

/// The folder with all that can be run here. It is removed at the end.
#[derive(Debug)]
pub(crate) struct Prepared {
    folder: PathBuf,
    /// What can be run, with the first line that its compiler or interpreter says of itself.
    pub(crate) versions: Vec<String>,
}

/// Compiles what can be compiled, and says what cannot be run.
pub(crate) fn prepare() -> Result<Prepared, String> {
    let folder = env::temp_dir().join(format!("coweave-peers-{}", std::process::id()));
    let explain = |error| format!("{}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(explain)?;
    let mut prepared = Prepared { folder, versions: Vec::new() };
    for language in ALL {
        match language.prepare(&prepared.folder) {
            Ok(version) => prepared.versions.push(version),
            Err(why) => eprintln!("{} is left out: {why}", language.name),
        }
    }
    Ok(prepared)
}

impl Prepared {
    /// Lets a child find it.
    pub(crate) fn show_to(&self, child: &mut Command) {
        child.env(FOLDER, &self.folder);
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("{}: {error}", self.folder.display());
        }
    }
}

impl Foreign {
    fn prepare(&self, folder: &Path) -> Result<String, String> {
        let version = said_by(self.probe, folder)?;
        for (name, text) in self.files {
            fs::write(folder.join(name), text).map_err(|error| error.to_string())?;
        }
        if !self.compiler.is_empty()
            && let Err(why) = said_by(self.compiler, folder)
        {
            drop(fs::remove_file(self.main_file(folder)));
            return Err(why);
        }
        Ok(format!("{} ({})", self.name, version.lines().next().unwrap_or_default()))
    }

    /// It is there if all can be run.
    fn main_file(&self, folder: &Path) -> PathBuf {
        folder.join(self.files[0].0)
    }

    /// In a process of its own, started by this one; `None` if there is no such program, or nothing
    /// to run it with.
    pub(super) fn run(&self, program: Program, count: usize) -> Option<Sample> {
        let folder = PathBuf::from(env::var_os(FOLDER)?);
        if !self.main_file(&folder).exists() {
            return None;
        }
        let (name, number) = name_of(program)?;
        let mut command = command(self.start, &folder);
        command.arg(name).args([number, count, program.workers()].map(|n| n.to_string()));
        let output = command.stderr(Stdio::inherit()).output().expect("it could be started before");
        assert!(output.status.success(), "{} failed: {}", self.name, output.status);
        let line = String::from_utf8_lossy(&output.stdout);
        (line.trim() != "none").then(|| line.parse().expect("a sample is printed"))
    }
}

/// A command whose program may lie in the folder.
fn command(words: &[&str], folder: &Path) -> Command {
    let program = words[0].strip_prefix("./").map(|name| folder.join(name));
    let mut command = Command::new(program.unwrap_or_else(|| words[0].into()));
    command.args(&words[1..]).current_dir(folder);
    command
}

fn said_by(words: &[&str], folder: &Path) -> Result<String, String> {
    let output = command(words, folder).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{}: {error}", words[0]))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(said.lines().last().unwrap_or("it failed").to_owned())
}

/// What a program is called there, and its number.
fn name_of(program: Program) -> Option<(&'static str, usize)> {
    Some(match program {
        Program::Yield { tasks } | Program::OnTwo(OnTwo::Yield { tasks }) => ("yield", tasks),
        Program::SpawnJoin => ("spawn_join", 0),
        Program::SpawnMillion { is_reused } => ("spawn_all", usize::from(is_reused)),
        Program::Sleepers => ("sleepers", 0),
        Program::Chain { depth } => ("chain", depth),
        Program::Parked { state } => ("parked", state),
        Program::Skynet | Program::OnTwo(OnTwo::Skynet) => ("skynet", 0),
        Program::OnTwo(OnTwo::ForkJoin) => ("fork_join", super::work::CHUNKS),
        Program::SleepDropped => ("sleep_dropped", 0),
        Program::Timeout => ("timeout", 0),
        Program::Generator(Generator::Range) => ("range", 0),
        Program::Generator(Generator::Fibonacci) => ("fibonacci", 0),
        Program::Waiting(Waiting::PingPong) | Program::OnTwo(OnTwo::PingPong) => ("ping_pong", 0),
        Program::Waiting(Waiting::FanIn) => ("fan_in", 4),
        Program::Waiting(Waiting::Lock) => ("lock", 0),
        Program::Waiting(Waiting::ContendedLock) => ("contended_lock", 4),
        Program::Wake
        | Program::Park
        | Program::AsyncChain { .. }
        | Program::Waiting(_)
        | Program::OnTwo(_) => return None,
    })
}
