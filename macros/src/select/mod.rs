//! `select!`: its grammar, and what it becomes.

mod expand;
mod parse;

pub(crate) use expand::expand;
pub(crate) use parse::biased;
