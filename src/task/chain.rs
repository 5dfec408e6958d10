//! Several futures in one task: the list that `select!` and `join!` build, of any length and types.

use pin_project::pin_project;

/// One, and the rest.
#[derive(Debug)]
#[pin_project]
pub struct Chain<H, R>(#[pin] pub H, #[pin] pub R);

/// The end of the list.
#[derive(Debug)]
pub struct End;
