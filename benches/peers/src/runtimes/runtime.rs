//! What the table knows of a runtime.

use super::peer::Peer;
use super::two_workers::TwoWorkers;
use super::{foreign, generators};
use crate::meter::Sample;
use crate::program::{Generator, Program, Waiting};

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
    /// It does so many times fewer operations, each of which takes it long. A power of ten, for trees
    /// have ten branches.
    pub(crate) fewer: usize,
    /// Whether it runs in one process and one thread, so that callgrind can count.
    pub(crate) counts_instructions: bool,
}

/// Places in `RUNTIMES`.
pub(crate) const BARE: usize = 0;
pub(crate) const COWEAVE: usize = 1;
pub(crate) const COWEAVE_LOCAL: usize = 2;
pub(crate) const TOKIO: usize = 3;

/// All, in the order of the columns.
pub(crate) const RUNTIMES: &[Runtime] = &[
    Runtime { counts_instructions: true, ..runtime("bare", &[], super::bare::run) },
    Runtime {
        handle_bytes: Some(size_of::<coweave::JoinHandle<()>>()),
        counts_instructions: true,
        ..runtime("coweave", &["coweave"], super::coweave::run)
    },
    Runtime {
        counts_instructions: true,
        ..runtime("coweave local", &[], |program, count| {
            waiting(program).map(|waiting| super::coweave_waiting::run_local(waiting, count))
        })
    },
    Runtime {
        run: with_two_workers::<super::tokio::Tokio, super::tokio::TokioOnTwo>,
        ..peer::<super::tokio::Tokio>("tokio", &["tokio"])
    },
    Runtime {
        run: with_two_workers::<super::smol::Smol, super::smol::SmolOnTwo>,
        ..peer::<super::smol::Smol>(
            "smol",
            &["async-executor", "async-channel", "async-lock", "async-broadcast"],
        )
    },
    peer::<super::futures::Futures>("futures", &["futures-executor"]),
    #[cfg(target_os = "linux")]
    peer::<super::monoio::Monoio>("monoio", &["monoio", "local-sync"]),
    #[cfg(target_os = "linux")]
    peer::<super::glommio::Glommio>("glommio", &["glommio"]),
    #[cfg(target_os = "linux")]
    peer::<super::compio::Compio>("compio", &["compio"]),
    runtime("flume", &["flume"], |program, count| {
        waiting(program).and_then(|waiting| super::flume::run(waiting, count))
    }),
    runtime("may", &["may"], super::may::run),
    runtime("corosensei", &["corosensei"], super::corosensei::run),
    runtime("genawaiter", &["genawaiter"], |program, count| {
        generator(program).map(|generator| generators::genawaiter(generator, count))
    }),
    runtime("async-stream", &["async-stream"], |program, count| {
        generator(program).map(|generator| generators::async_stream(generator, count))
    }),
    runtime("threads", &[], super::threads::run),
    runtime("C++20", &[], |program, count| foreign::CPP.run(program, count)),
    runtime("Go", &[], |program, count| foreign::GO.run(program, count)),
    Runtime {
        fewer: 10,
        ..runtime("asyncio", &[], |program, count| foreign::ASYNCIO.run(program, count))
    },
    Runtime {
        fewer: 10,
        ..runtime("gevent", &[], |program, count| foreign::GEVENT.run(program, count))
    },
];

const fn runtime(
    name: &'static str,
    packages: &'static [&'static str],
    run: fn(Program, usize) -> Option<Sample>,
) -> Runtime {
    Runtime { name, packages, run, handle_bytes: None, fewer: 1, counts_instructions: false }
}

const fn peer<P: Peer>(name: &'static str, packages: &'static [&'static str]) -> Runtime {
    let handle_bytes = Some(size_of::<P::Handle<()>>());
    Runtime {
        handle_bytes,
        counts_instructions: true,
        ..runtime(name, packages, super::peer::run::<P>)
    }
}

fn with_two_workers<P: Peer, T: TwoWorkers>(program: Program, count: usize) -> Option<Sample> {
    if let Program::OnTwo(on_two) = program {
        return Some(super::two_workers::run::<T>(on_two, count));
    }
    super::peer::run::<P>(program, count)
}

/// What those run that have nothing to do with tasks.
fn waiting(program: Program) -> Option<Waiting> {
    if let Program::Waiting(waiting) = program { Some(waiting) } else { None }
}

fn generator(program: Program) -> Option<Generator> {
    if let Program::Generator(generator) = program { Some(generator) } else { None }
}
