//! Values whose making, use and end show in the trace.

use std::panic::resume_unwind;

use crate::trace::{self, Event, record};

/// Shows when it is made and when it is dropped.
#[derive(Debug)]
pub struct Noisy(i32);

impl Drop for Noisy {
    fn drop(&mut self) {
        record(Event::Dropped(self.0));
    }
}

impl Noisy {
    /// Mixes `x` with its name.
    pub fn get(&self, x: i32) -> i32 {
        mark(self.0.wrapping_add(x))
    }

    /// Mixes `x` with two names.
    pub fn add(&self, other: &Self, x: i32) -> i32 {
        mark(self.0.wrapping_add(other.0).wrapping_add(x) % 10)
    }

    /// Like [`some`].
    pub fn maybe(&self, x: i32) -> Option<i32> {
        some(self.get(x) % 10)
    }
}

/// Makes a [`Noisy`].
pub fn noisy(name: i32) -> Noisy {
    record(Event::Made(name));
    Noisy(name)
}

/// A structure with a part that is noisy.
#[derive(Debug)]
pub struct Pair {
    /// A number.
    pub left: i32,
    /// Another one.
    pub right: i32,
    /// What is noisy.
    pub guard: Noisy,
}

impl Pair {
    /// Consumes it.
    pub fn sum(self) -> i32 {
        mark(self.left.wrapping_add(self.right))
    }
}

/// Makes a [`Pair`].
pub fn pair(right: i32) -> Pair {
    Pair { left: 0, right, guard: noisy(77) }
}

/// An argument that takes up room in a frame.
#[derive(Debug)]
pub struct Bulk {
    /// The room.
    pub words: [u64; 12],
    /// What is noisy.
    pub guard: Noisy,
}

/// Makes a [`Bulk`].
pub fn bulk(name: i32) -> Bulk {
    Bulk { words: [7; 12], guard: noisy(name) }
}

/// A body that does more than this panics, in each of its forms.
const MOST_EVENTS: usize = 50_000;

/// Shows `x`, and gives it back.
pub fn mark(x: i32) -> i32 {
    record(Event::Marked(x));
    if trace::len() > MOST_EVENTS {
        resume_unwind(Box::new(Failed(-2)));
    }
    x
}

/// Nothing for some numbers.
pub fn some(x: i32) -> Option<i32> {
    (mark(x).rem_euclid(7) != 5).then_some(x)
}

/// An error for some numbers.
pub fn good(x: i32) -> Result<i32, i32> {
    some(x).ok_or(x)
}

/// The payload of a body's own panic.
pub(crate) struct Failed(pub(crate) i32);

/// Panics, without a message on standard error.
pub fn fail(name: i32) {
    resume_unwind(Box::new(Failed(mark(name))));
}

/// A macro whose arguments are expressions, and which evaluates only some of them.
#[macro_export]
macro_rules! pick {
    ($condition:expr, $then:expr; $otherwise:expr) => {
        if $crate::mark($condition) % 2 == 0 { $then } else { $otherwise }
    };
    ($condition:expr, $then:expr, $otherwise:expr $(,)?) => {
        if $crate::mark($condition) > 1 { $then } else { $otherwise }
    };
}
