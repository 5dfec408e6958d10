#![feature(coroutines)]

use std::future::ready;

#[coweave::coroutine]
fn task(flag: bool) {
    coweave::select! { n = ready(1) n => n }
    coweave::select! { n = ready(1) if flag => n }
    coweave::select! {}
    coweave::select! { n = ready(1), if flag }
    coweave::select! { n = ready(1) }
    coweave::race!();
}

#[coweave::coroutine(yield = u32)]
fn generator() {
    coweave::select! { n = ready(1) => yield n }
}

#[coweave::coroutine]
fn yields() {
    coweave::select! { n = ready(1) => yield n }
}

#[coweave::coroutine]
fn not_imported() {
    select! { _ = ready(1) => {} }
}

fn main() {}
