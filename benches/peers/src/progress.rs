//! What goes on, on the standard error.

use std::fmt::Display;
use std::io::{IsTerminal, stderr};

/// On a terminal one line that is written anew; elsewhere, where that would be one endless line, a line
/// each time.
#[derive(Debug)]
pub(crate) struct Progress {
    is_terminal: bool,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self { is_terminal: stderr().is_terminal() }
    }

    /// What is being done now.
    pub(crate) fn say(&self, what: impl Display) {
        if self.is_terminal {
            eprint!("\r\x1b[K{what}");
        } else {
            eprintln!("{what}");
        }
    }

    /// What is to stay.
    pub(crate) fn note(&self, what: impl Display) {
        let erase = if self.is_terminal { "\r\x1b[K" } else { "" };
        eprintln!("{erase}{what}");
    }

    /// The last thing said is left to stand.
    pub(crate) fn end(&self) {
        if self.is_terminal {
            eprintln!();
        }
    }
}
