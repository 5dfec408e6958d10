//! What a body did, in order.

use std::cell::RefCell;
use std::collections::BTreeSet;

/// One thing that happened while a body ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The arguments are in place; nothing of the body has run.
    Entered,
    /// The body computed this.
    Marked(i32),
    /// A [`Noisy`](crate::Noisy) of this name came to be.
    Made(i32),
    /// A [`Noisy`](crate::Noisy) of this name was dropped.
    Dropped(i32),
    /// The body suspended and handed this out.
    Suspended(i32),
    /// It went on with this.
    Answered(i32),
    /// It is over, and whoever called it has control again.
    Ended,
}

thread_local! {
    static TRACE: RefCell<Vec<Event>> = const { RefCell::new(Vec::new()) };
    static REACHED: RefCell<BTreeSet<u32>> = const { RefCell::new(BTreeSet::new()) };
}

pub(crate) fn record(event: Event) {
    TRACE.with_borrow_mut(|trace| trace.push(event));
}

pub(crate) fn len() -> usize {
    TRACE.with_borrow(Vec::len)
}

pub(crate) fn take() -> Vec<Event> {
    TRACE.take()
}

/// Remembers that the suspension point was reached.
pub(crate) fn reach(site: u32) {
    REACHED.with_borrow_mut(|sites| _ = sites.insert(site));
}

pub(crate) fn take_reached_count() -> usize {
    REACHED.take().len()
}
