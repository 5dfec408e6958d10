//! Deadlines in order: a hierarchical timer wheel, generic over what waits.
//!
//! Setting and cancelling are O(1). A timer is 20 bytes and what waits, in the wheel's own storage;
//! nothing is allocated before the first one.
//!
//! # How it works
//! A deadline is a number of nanoseconds of 64 bits, cut into seven digits (`levels`). A timer waits
//! in the lowest level whose *opened* range reaches its deadline, in the slot of its digit there; a
//! slot is a list in the order of setting (`lists`). Only the first slot of the lowest level that has
//! any is ever looked at: if few wait in it, the earliest is found by looking at them all; else it
//! is *opened*: its timers move one level down, a bounded number at a time, and only when all have
//! moved does the lower level's range grow. Whatever is set meanwhile goes behind the rest, so the
//! order of setting is kept without sequence numbers.
//!
//! The upper levels hold two windows, this one and the next, which is opened little by little while
//! this one passes. So no timer waits for a cascade, and no turn is long because of one.
//!
//! After "hashed and hierarchical timing wheels" (Varghese and Lauck, 1987); what is different is
//! that slots are opened late, piecemeal and only where they hold many.
//!
//! # Invariants
//! * **T1 order** Timers are popped by (deadline, order of setting); a deadline that has passed when
//!   it is set counts as the instant up to which the wheel has been emptied.
//! * **T2 never early** What is popped is due.
//! * **T3 bounded** No call but the first `set` and an exact look touches more timers than its
//!   caller allows.

mod bitmap;
mod entries;
mod levels;
mod lists;
mod opening;
mod wheel;

pub use entries::TimerKey;
pub use wheel::{Due, Look, TimerWheel};
