//! Under other executors, where no scheduler of ours runs.

use std::future::{pending, ready};
use std::time::Duration;

use coweave::{join, race, select, sleep, try_join};
use futures::executor::block_on;

async fn plain(n: u32) -> u32 {
    let quick = Duration::from_millis(1);
    let a = select! {
        () = pending() => 0,
        Some(value) = ready(Some(n)), if n > 1 => value,
        () = sleep(quick) => 10,
        else => 20,
    };
    let (b, c) = join!(
        async {
            sleep(quick).await;
            1
        },
        ready(2)
    );
    let d = race!(pending(), ready(100));
    let sum = try_join!(ready(Ok::<_, ()>(a)), ready(Ok(b + c + d)));
    sum.map_or(0, |(a, rest)| a + rest)
}

#[coweave::coroutine]
fn lowered(n: u32) -> u32 {
    let quick = Duration::from_millis(1);
    let a = select! {
        () = pending() => 0,
        Some(value) = ready(Some(n)), if n > 1 => value,
        () = sleep(quick) => 10,
        else => 20,
    };
    let (b, c) = join!(plain(1), ready(2));
    a + b + c
}

#[test]
fn they_wait_under_any_executor() {
    assert_eq!((block_on(plain(1)), block_on(lowered(5))), (113, 120));
}

#[tokio::test]
async fn they_wait_under_tokio() {
    assert_eq!((plain(1).await, lowered(5).await), (113, 120));
}
