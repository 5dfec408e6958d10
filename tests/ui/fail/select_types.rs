#![feature(coroutines)]
#![deny(unused_variables, unused_mut)]

use std::future::ready;

use coweave::{join, race, select, try_join};

#[coweave::coroutine]
fn task() -> u32 {
    select! {
        n = ready(1) => n,
        n = ready(2) => "two",
    }
}

async fn plain(flag: u32) {
    select! { n = 5 => {} }
    select! { _ = ready(1), if flag => {} }
    select! { Some(_) = ready(1) => {} else => {} }
    select! { mut n = ready(1) => drop(n) }
    join!(ready(1), 5);
    race!(ready(1), ready("a"));
    let _ = try_join!(ready(Ok::<u32, u32>(1)), ready(Err::<u32, String>(String::new())));
    let _ = try_join!(ready(1));
}

#[coweave::coroutine]
fn borrows() {
    let mut text = String::new();
    let one = async { text.push('a') };
    let two = async { text.push('b') };
    select! {
        () = one => {}
        () = two => {}
    }
}

fn main() {}
