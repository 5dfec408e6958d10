//! What the table knows of a runtime.

use super::peer;
use crate::meter::Sample;
use crate::program::{Program, Waiting};

/// See the module.
#[derive(Debug)]
pub(crate) struct Runtime {
    pub(crate) name: &'static str,
    /// The packages whose versions are printed.
    pub(crate) packages: &'static [&'static str],
    /// Runs a program with so many operations; `None` if there is no such program here.
    pub(crate) run: fn(Program, usize) -> Option<Sample>,
    /// The size of the handle of a task, in bytes.
    pub(crate) handle_bytes: Option<usize>,
    /// Where an operation is dear, there is one for each so many of the others'.
    pub(crate) share: fn(Program) -> usize,
}

/// Places in `RUNTIMES`.
pub(crate) const BARE: usize = 0;
pub(crate) const COWEAVE: usize = 1;
pub(crate) const COWEAVE_LOCAL: usize = 2;
pub(crate) const TOKIO: usize = 3;

/// All, in the order of the columns.
pub(crate) const RUNTIMES: &[Runtime] = &[
    Runtime {
        name: "bare",
        packages: &[],
        run: super::bare::run,
        handle_bytes: None,
        share: whole,
    },
    Runtime {
        name: "coweave",
        packages: &["coweave"],
        run: super::coweave::run,
        handle_bytes: Some(size_of::<coweave::JoinHandle<()>>()),
        share: whole,
    },
    Runtime {
        name: "coweave local",
        packages: &[],
        run: |program, count| {
            waiting(program).map(|waiting| super::coweave_waiting::run_local(waiting, count))
        },
        handle_bytes: None,
        share: whole,
    },
    peer::<super::tokio::Tokio>("tokio", &["tokio"]),
    peer::<super::smol::Smol>(
        "smol",
        &["async-executor", "async-channel", "async-lock", "async-broadcast"],
    ),
    peer::<super::futures::Futures>("futures", &["futures-executor"]),
    #[cfg(target_os = "linux")]
    peer::<super::monoio::Monoio>("monoio", &["monoio", "local-sync"]),
    #[cfg(target_os = "linux")]
    peer::<super::glommio::Glommio>("glommio", &["glommio"]),
    Runtime {
        name: "flume",
        packages: &["flume"],
        run: |program, count| {
            waiting(program).and_then(|waiting| super::flume::run(waiting, count))
        },
        handle_bytes: None,
        share: whole,
    },
    Runtime {
        name: "stackful",
        packages: &["corosensei"],
        run: super::corosensei::run,
        handle_bytes: None,
        share: |program| {
            if matches!(program, Program::Parked { .. }) {
                super::corosensei::SHARE_PARKED
            } else {
                1
            }
        },
    },
    Runtime {
        name: "threads",
        packages: &[],
        run: super::threads::run,
        handle_bytes: Some(size_of::<std::thread::JoinHandle<()>>()),
        share: |_| super::threads::SHARE,
    },
];

const fn peer<P: peer::Peer>(name: &'static str, packages: &'static [&'static str]) -> Runtime {
    let handle_bytes = Some(size_of::<P::Handle<()>>());
    Runtime { name, packages, run: peer::run::<P>, handle_bytes, share: whole }
}

const fn whole(_: Program) -> usize {
    1
}

/// What those run that have nothing to do with tasks.
fn waiting(program: Program) -> Option<Waiting> {
    if let Program::Waiting(waiting) = program { Some(waiting) } else { None }
}
