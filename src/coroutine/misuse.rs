//! What is said of a generator that is used at the wrong time.

/// Which call came at the wrong time.
pub(super) enum Misuse {
    StartedAgain,
    ResumedBeforeStart,
    ResumedAfterEnd,
    ResumedAfterPanic,
    DelegatedAfterStart,
}

/// Panics, and says so at the caller's place.
#[cold]
#[track_caller]
pub(super) fn misuse(what: Misuse) -> ! {
    let message = match what {
        Misuse::StartedAgain => {
            "`start` was called on a generator that was started or iterated before; \
             `resume` continues it"
        }
        Misuse::ResumedBeforeStart => {
            "`resume` was called on a generator before `start`, when no `yield` waits \
             for a value"
        }
        Misuse::ResumedAfterEnd => {
            "`resume` was called on a generator that has returned; `is_complete` asks"
        }
        Misuse::ResumedAfterPanic => "a generator was resumed after its body had panicked",
        Misuse::DelegatedAfterStart => {
            "`yield_all!` was given a generator that was started before; pass a fresh \
             one, or its rest as an iterator: `yield_all!(generator.by_ref())`"
        }
    };
    panic!("{message}")
}
