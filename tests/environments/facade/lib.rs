//! A library that passes coweave on, and writes coroutines for its users.

pub use coweave;

/// A generator of the given items, in the caller's crate.
#[macro_export]
macro_rules! generator_of {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($argument:ident: $ty:ty),*) -> $item:ty $body:block) => {
        $(#[$meta])*
        #[$crate::coweave::coroutine(crate = $crate::coweave, yield = $item)]
        $vis fn $name($($argument: $ty),*) $body
    };
}

/// A task that awaits an expression of the caller's twice.
#[macro_export]
macro_rules! twice {
    ($vis:vis $name:ident, $argument:ident: $ty:ty, $e:expr) => {
        /// Awaits it twice.
        #[$crate::coweave::coroutine(crate = $crate::coweave)]
        $vis fn $name($argument: $ty) -> u32 {
            let first = $e.await;
            first + $e.await
        }
    };
}
