//! The attributes of coweave, `#[coroutine]`, `#[main]` and `#[test]`, and its macros that wait for
//! several futures.
//!
//! Each attribute goes the same way: parse, collect every mistake, rewrite the body, expand; where there were
//! mistakes, a fallback keeps the signature, so that callers do not break as well. README.md shows
//! what each construct becomes, and why.
//!
//! No item here may be called `coroutine`: the expansion names the compiler's attribute of that
//! name, and resolves it in this crate.
#![feature(proc_macro_def_site)]
#![expect(clippy::wildcard_enum_match_arm, reason = "the enums of syn are non-exhaustive")]

extern crate proc_macro;

mod args;
mod entry;
mod entry_args;
mod errors;
mod expand;
mod fallback;
mod forward;
mod input;
mod join;
mod lowering;
mod max_frame;
mod options;
mod rewrite;
mod root;
mod select;
mod several;
mod signature;
#[cfg(test)]
mod snapshots;
mod unused;
mod validate;

use proc_macro::TokenStream;
use several::Several;

/// # Forms
///
/// | attribute | the function returns | in the body |
/// | --- | --- | --- |
/// | `#[coweave::coroutine]` | a task: `impl Future<Output = R>` | `.await` |
/// | `(yield = T)` | `Generator<impl Frame<Yield = T, Resume = (), Return = R>>` | `yield` |
/// | `(yield = T, resume = U)` | the same with `Resume = U` | `yield`, which gives a `U` |
/// | `(stream = T)` | `Streaming<impl StreamFrame<Item = T>>` | `yield` and `.await` |
///
/// Any form also takes
///
/// * `max_frame = BYTES`: a larger frame is an error at that number; in `cargo check` for a free
///   function that is not generic, otherwise when the function is built.
/// * `crate = PATH`: where the library is, if it is renamed in `Cargo.toml` or passed on by another
///   one: `crate = my_coweave`, and in a macro by example `crate = $crate::coweave`.
///
/// It goes on functions and on methods, also of traits, and there on the declaration as well.
///
/// # Notes
///
/// * It is always used by its path, or renamed (`use coweave::coroutine as co;`): the compiler has
///   an attribute `#[coroutine]` of its own.
/// * A crate that uses it needs `#![feature(coroutines)]`.
/// * `.await`, `yield` and `yield_all!` also work in the arguments of macros that take expressions,
///   as `println!` and `vec!` do. So do `select!`, `join!`, `try_join!` and `race!` of this library. A
///   macro of another one that itself awaits goes into an `async` block that is awaited.
/// * Bindings of an argument that is a pattern are dropped before the other arguments.
#[proc_macro_attribute]
pub fn __coroutine_attr(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::coroutine(args.into(), item.into()).into()
}

/// Runs the body of `fn main` as the first task of a scheduler, until that task has completed.
///
/// It accepts `async fn main()` and `fn main()`, and awaits in either, and takes
///
/// * `workers = COUNT`: how many threads run tasks, as `Builder::workers` has it; one if it is not said;
/// * `crate = PATH`: where the library is.
#[proc_macro_attribute]
pub fn __main_attr(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand(entry::Entry::Main, args.into(), item.into()).into()
}

/// Runs a test on one worker with virtual time: sleeps cost nothing, the order is fixed, and a
/// deadlock fails the test with its report.
///
/// It accepts `async fn` and `fn`, and awaits in either, and takes
///
/// * `seeds = RANGE`, or anything else that gives numbers: the test runs once for each of these seeds,
///   which give the order of its tasks, and fails with the first that fails, as `explore` has it;
/// * `seed = SEED`: the same with one seed;
/// * `crate = PATH`: where the library is.
#[proc_macro_attribute]
pub fn __test_attr(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand(entry::Entry::Test, args.into(), item.into()).into()
}

/// The inside of `select!`, behind the path of the library in parentheses.
#[proc_macro]
pub fn __select(tokens: TokenStream) -> TokenStream {
    Several::Select.in_async(tokens.into()).into()
}

/// The inside of `join!`, behind the path of the library in parentheses.
#[proc_macro]
pub fn __join(tokens: TokenStream) -> TokenStream {
    Several::Join.in_async(tokens.into()).into()
}

/// The inside of `try_join!`, behind the path of the library in parentheses.
#[proc_macro]
pub fn __try_join(tokens: TokenStream) -> TokenStream {
    Several::TryJoin.in_async(tokens.into()).into()
}

/// The inside of `race!`, behind the path of the library in parentheses.
#[proc_macro]
pub fn __race(tokens: TokenStream) -> TokenStream {
    Several::Race.in_async(tokens.into()).into()
}
