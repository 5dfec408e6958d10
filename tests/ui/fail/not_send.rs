#![feature(coroutines)]

use std::future::{Future, ready};
use std::rc::Rc;

fn spawn(_: impl Future + Send) {}

#[coweave::coroutine]
fn shares() {
    let shared = Rc::new(1);
    ready(()).await;
    drop(shared);
}

fn main() {
    spawn(shares());
}
