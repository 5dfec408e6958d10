//! Models of the core: the crate itself, on loom's primitives, which run each model in every order
//! of its steps. `src/task/README.md` and `src/sync/README.md` list them, and how each was shown to
//! notice a fault.
//!
//! `RUSTFLAGS="--cfg coweave_loom" cargo test --release --test loom` runs them; otherwise this is empty.
#![cfg(coweave_loom)]

mod support;

mod state;
mod wakers;
mod handles;
mod sleeping;
mod ending;
mod biased_lock;
mod turnstile;
mod taking;
mod workers;
mod waiting;
mod primitives;
mod channels;
mod oneshots;
mod groups;
mod abandoned;
mod blocking;
