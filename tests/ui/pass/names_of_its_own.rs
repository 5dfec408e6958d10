#![feature(coroutines)]
//! A crate whose own items have the names that the expansion uses.
#![allow(dead_code)]

use ::coweave::coroutine as co;

struct Poll;
struct Context;
struct Pin;
struct Step;
struct Awaited;
struct Site;
struct Future;
struct Generator;
struct Frame;
struct IntoLeaf;
enum Result {
    Ok,
    Err,
}
enum Option {
    Some,
    None,
}
mod core {}
mod std {}
mod coweave {}
const __SITE: u32 = 1;

fn step() {}
fn task() {}

macro_rules! coroutine {
    () => {};
}

#[co]
fn work(__cx: u32) -> u32 {
    let __leaf = __cx + __SITE;
    __leaf + ::std::future::ready(__leaf).await
}

#[co(yield = u32)]
fn count(__item: u32) {
    let __value = __item;
    yield __value + { 1 };
    yield_all!([__item]);
}

fn main() {
    let _ = (Result::Ok, Option::None);
    coroutine!();
    let _task = work(1);
    assert!(count(1).eq([2, 1]));
}
