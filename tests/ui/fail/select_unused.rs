#![feature(coroutines)]
#![deny(unused_variables, unused_mut, unused_must_use)]

use std::future::ready;

use coweave::{join, select};

async fn plain() {
    select! { n = ready(1) => {} }
    select! { Some(mut n) = ready(Some(1)) => drop(n), else => {} }
}

#[coweave::coroutine]
fn lowered(never_said: u32) {
    select! { n = ready(1) => {} }
    select! { Some(mut n) = ready(Some(1)) => drop(n), else => {} }
    join!(ready(()));
}

fn main() {}
