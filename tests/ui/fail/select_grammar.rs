#![feature(coroutines)]

use std::future::ready;

use coweave::{join, race, select};

async fn in_async_code(flag: bool) {
    select! { n = ready(1) n => n }
    select! { n => n }
    select! { ready(1) => 1 }
    select! { n = => n }
    select! { n = ready(1), }
    select! { n if flag = ready(1) => n }
    select! { n = ready(1) if flag => n }
    select! { n = ready(1) => n, if flag }
    select! { n = ready(1) => n if flag, }
    select! { n = ready(1), if flag, => n }
    select! { n = ready(1), if flag }
    select! { n = ready(1), if let Some(_) = None::<u32> => n }
    select! { else => 1, n = ready(1) => n }
    select! { n = ready(1) => n, else => 1, else => 2 }
    select! { n = ready(1) => n, else if flag => 2 }
    select! { n = ready(1) => n, else 2 }
    select! { n = ready(1) => n, biased; m = ready(2) => m }
    select! { biased, n = ready(1) => n }
    select! { n = ready(1) => n + 1 m = ready(2) => m }
    select! { n = ready(1) => , }
    select! {}
    select! { biased; }
    select! { else => 1 }
    race!();
    race!(ready(1) ready(2));
    join!(biased; ready(1));
}

fn main() {}
