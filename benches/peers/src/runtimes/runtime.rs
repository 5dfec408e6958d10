//! What the table knows of a runtime.

use super::peer;
use crate::meter::Sample;
use crate::program::Program;

/// See the module.
#[derive(Debug)]
pub(crate) struct Runtime {
    pub(crate) name: &'static str,
    /// The package whose version is printed.
    pub(crate) package: Option<&'static str>,
    /// Runs a program with so many operations; `None` if there is no such program here.
    pub(crate) run: fn(Program, usize) -> Option<Sample>,
    /// The size of the handle of a task, in bytes.
    pub(crate) handle_bytes: Option<usize>,
}

/// Places in `RUNTIMES`.
pub(crate) const BARE: usize = 0;
pub(crate) const COWEAVE: usize = 1;
pub(crate) const TOKIO: usize = 2;

/// All, in the order of the columns.
pub(crate) const RUNTIMES: &[Runtime] = &[
    Runtime { name: "bare", package: None, run: super::bare::run, handle_bytes: None },
    Runtime {
        name: "coweave",
        package: Some("coweave"),
        run: super::coweave::run,
        handle_bytes: Some(size_of::<coweave::JoinHandle<()>>()),
    },
    peer::<super::tokio::Tokio>("tokio", "tokio"),
    peer::<super::smol::Smol>("smol", "async-executor"),
    peer::<super::futures::Futures>("futures", "futures-executor"),
    #[cfg(target_os = "linux")]
    peer::<super::monoio::Monoio>("monoio", "monoio"),
    #[cfg(target_os = "linux")]
    peer::<super::glommio::Glommio>("glommio", "glommio"),
];

const fn peer<P: peer::Peer>(name: &'static str, package: &'static str) -> Runtime {
    let handle_bytes = Some(size_of::<P::Handle<()>>());
    Runtime { name, package: Some(package), run: peer::run::<P>, handle_bytes }
}
