#![feature(coroutines)]
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings)]
#![deny(missing_docs, unused_qualifications, let_underscore_drop, unreachable_pub)]
//! The macros that wait for several futures, where nothing is what it is called, and in what
//! macros by example write.

#[allow(dead_code, non_camel_case_types, missing_docs)]
mod shadows {
    pub(crate) struct Poll;
    pub(crate) struct Context;
    pub(crate) struct Pin;
    pub(crate) struct Some;
    pub(crate) struct None;
    pub(crate) struct Option;
    pub(crate) struct Result;
    pub(crate) mod core {}
    pub(crate) mod std {}
}
#[allow(unused_imports)]
use shadows::*;
use ::coweave::{join, select};
use ::std::future::ready;

/// A task.
#[::coweave::coroutine]
pub fn task(flag: bool) -> u32 {
    let (a, b) = join!(ready(1), ready(2));
    let c = ::coweave::race!(ready(3), ready(3));
    select! {
        ::std::option::Option::Some(n) = ready(::std::option::Option::Some(a + b + c)), if flag => n,
        () = ready(()), if !flag => 0,
        else => 7,
    }
}

/// Plain.
pub async fn plain(flag: bool) -> ::std::result::Result<u32, ()> {
    let (a, b) = ::coweave::try_join!(ready(::std::result::Result::Ok(1)), ready(::std::result::Result::Ok(2)))?;
    select! {
        biased;
        mut n = ready(a), if flag => { n += b; ::std::result::Result::Ok(n) }
        else => ::std::result::Result::Err(()),
    }
}

macro_rules! first {
    ($name:ident, $pattern:pat => $value:expr, $future:expr, $body:block) => {
        /// From a macro.
        #[::coweave::coroutine]
        pub fn $name() -> u32 {
            let __value = 5;
            let __select = 6;
            ::coweave::select! {
                $pattern = $future, if __value < __select => $value,
                _ = ready(()), if __value > __select => $body
                else => 0,
            }
        }
    };
}

first!(from_a_macro, n => n + 1, ready(4), { 9 });

fn main() {
    ::coweave::run(async {
        ::std::assert_eq!(task(true).await, 6);
        ::std::assert_eq!(plain(true).await, ::std::result::Result::Ok(3));
        ::std::assert_eq!(from_a_macro().await, 5);
    });
}
